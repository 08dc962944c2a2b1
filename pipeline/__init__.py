"""songngu: a Vietnamese statistics office's monthly article in, a bilingual brief out."""

__version__ = "0.1.0"
