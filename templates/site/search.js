// Search without a server: shards of words by year, what briefs say only for those that are shown.
"use strict";
(() => {
  const form = document.getElementById("search");
  const { root, years, none, found, busy, failed, published } = form.dataset;
  const [input, place, year] = ["q", "place", "year"].map((id) => document.getElementById(id));
  const [status, list, more] = ["status", "results", "more"].map((id) => document.getElementById(id));
  const lang = document.documentElement.lang;
  const PAGE = 20, MANY = 3000;
  let round = 0;

  const bare = (text) =>
    [...text].map((c) => (c === "đ" || c === "Đ" ? "d" : c.normalize("NFD")[0])).join("").toLowerCase();
  const words = (text) => text.normalize("NFC").toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
  const shard = (word) => (/^[a-z0-9]{1,2}$/.test(word.slice(0, 2)) ? word.slice(0, 2) : "_");
  const read = async (path) => {
    const answer = await fetch(`${root}search/${path}`);
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.json();
  };

  // A query: phrases in quotes and words; the last word may be unfinished.
  const parse = (text) => {
    const terms = [...text.matchAll(/"([^"]*)"?|([^\s"]+)/g)]
      .map((m) => ({ words: words(m[1] ?? m[2]), phrase: m[1] !== undefined }))
      .filter((t) => t.words.length);
    const open = terms.length > 0 && /[\p{L}\p{N}]$/u.test(text) && !terms.at(-1).phrase;
    const all = terms.flatMap((t) => t.words).map((word) => ({ word, bare: bare(word), open: false }));
    if (open) all.at(-1).open = all.at(-1).bare.length > 1;
    return { words: all, phrases: terms.filter((t) => t.words.length > 1).map((t) => t.words) };
  };

  // The numbers of a year's sentences that have a word: with the same marks (2), with others (1).
  const having = (data, term) => {
    const numbers = new Map();
    for (const [folded, spellings] of Object.entries(data)) {
      if (term.open ? !folded.startsWith(term.bare) : folded !== term.bare) continue;
      for (const [spelling, steps] of Object.entries(spellings)) {
        const same = term.open ? spelling.startsWith(term.word) : spelling === term.word;
        let n = 0;
        for (const step of steps) {
          n += step;
          if (same) numbers.set(n, 2);
          else if (!numbers.has(n)) numbers.set(n, 1);
        }
      }
    }
    return numbers;
  };

  const searchYear = async (y, query) => {
    const index = await read(`${y}/briefs.json`);
    const known = new Set(index.words);
    let left = null;
    for (const term of query.words) {
      const name = shard(term.bare);
      if (!known.has(name)) return [];
      const one = having(await read(`${y}/words/${name}.json`), term);
      if (left) for (const [n, exact] of left) one.has(n) ? left.set(n, Math.min(exact, one.get(n))) : left.delete(n);
      else left = one;
      if (!left.size) return [];
    }
    const hits = [];
    index.briefs.forEach(([slug, area, first], n) => {
      if (place.value && area !== place.value) return;
      const end = index.briefs[n + 1]?.[2] ?? index.end;
      const sentences = [];
      let exact = 0;
      for (let i = first; i < end; i++)
        if (left.has(i)) {
          sentences.push([i - first, left.get(i)]);
          exact = Math.max(exact, left.get(i));
        }
      if (sentences.length) hits.push({ slug, y, exact, sentences });
    });
    return hits;
  };

  const pattern = (query) => {
    const escape = (w) => bare(w).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const alone = query.words.filter((t) => !query.phrases.some((p) => p.includes(t.word)));
    const parts = [
      ...query.phrases.map((p) => p.map(escape).join("[^\\p{L}\\p{N}_]+") + "(?![\\p{L}\\p{N}_])"),
      ...alone.map((t) => escape(t.word) + (t.open ? "" : "(?![\\p{L}\\p{N}_])")),
    ];
    return new RegExp(`(?<![\\p{L}\\p{N}_])(?:${parts.join("|")})`, "gu");
  };
  const marked = (node, text, look) => {
    let from = 0;
    for (const m of bare(text).matchAll(look)) {
      const mark = document.createElement("mark");
      mark.textContent = text.slice(m.index, m.index + m[0].length);
      node.append(text.slice(from, m.index), mark);
      from = m.index + m[0].length;
    }
    node.append(text.slice(from));
    return node;
  };
  const has = (text, phrase, exactly) => {
    const said = words(text).map((w) => (exactly ? w : bare(w)));
    const asked = phrase.map((w) => (exactly ? w : bare(w)));
    return said.some((_, n) => asked.every((w, i) => said[n + i] === w));
  };
  const element = (name, parent, text = "") => {
    const made = document.createElement(name);
    made.textContent = text;
    parent.append(made);
    return made;
  };

  // One brief found -> its entry; null where no sentence has the phrases.
  const entry = async (hit, query, look) => {
    const brief = await read(`${hit.y}/said/${hit.slug}.json`);
    const whole = (text) => query.phrases.every((p) => has(text, p, false));
    const best = hit.sentences
      .map(([n, exact]) => ({ n, exact, language: brief.said[n][0], kind: brief.said[n][1], text: brief.said[n][2] }))
      .filter((s) => whole(s.text))
      .sort((a, b) => b.exact - a.exact || (b.language === lang) - (a.language === lang) || a.kind - b.kind || a.n - b.n)[0];
    if (!best) return null;
    const [headline, where, when] = brief[lang];
    const item = document.createElement("li");
    const link = element("a", element("h2", item));
    link.href = `${root}${lang}/briefs/${hit.slug}/`;
    marked(link, headline, look);
    element("p", item, `${where} · ${when} · ${published.replace("{}", brief[lang][3])}`).className = "quiet";
    if (best.text !== headline) marked(element("p", item), best.text, look).lang = best.language;
    return item;
  };

  const show = async (hits, query, mine, from) => {
    const look = pattern(query);
    let n = from;
    const made = [];
    while (n < hits.length && made.length < PAGE) {
      const some = hits.slice(n, n + PAGE - made.length);
      n += some.length;
      made.push(...(await Promise.all(some.map((hit) => entry(hit, query, look)))).filter(Boolean));
      if (mine !== round) return;
    }
    list.append(...made);
    const rest = n < hits.length;
    const count = list.children.length;
    status.textContent = !count && !rest ? none : found.replace("{}", query.phrases.length ? `${count}${rest ? "+" : ""}` : hits.length);
    more.hidden = !rest;
    more.onclick = async () => {
      const next = list.children.length;
      await show(hits, query, mine, n);
      list.children[next]?.querySelector("a").focus();
    };
  };

  const run = async () => {
    const mine = ++round;
    const query = parse(input.value);
    more.hidden = true;
    if (!query.words.length) {
      list.replaceChildren();
      list.setAttribute("aria-busy", "false");
      status.textContent = "";
      return;
    }
    status.textContent = busy;
    list.setAttribute("aria-busy", "true");
    try {
      let hits = [];
      for (const y of years.split(" ").filter((y) => y && (!year.value || y === year.value))) {
        hits = hits.concat(await searchYear(y, query));
        if (mine !== round) return;
        if (hits.length > MANY) break;
      }
      hits.sort((a, b) => b.exact - a.exact); // the years' order, newest first, stays within
      list.replaceChildren();
      await show(hits, query, mine, 0);
    } catch (error) {
      if (mine === round) status.textContent = failed;
    } finally {
      if (mine === round) list.setAttribute("aria-busy", "false");
    }
  };

  const remember = () => {
    const asked = new URLSearchParams();
    for (const field of [input, place, year]) if (field.value) asked.set(field.name, field.value);
    history.replaceState(null, "", String(asked) ? `?${asked}` : location.pathname);
  };
  let waiting = 0;
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      remember();
      run();
    }, 200);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    remember();
    run();
  });
  for (const field of [input, place, year]) field.addEventListener("input", soon);
  const asked = new URLSearchParams(location.search);
  for (const field of [input, place, year]) field.value = asked.get(field.name) ?? "";
  form.hidden = false;
  if (input.value) run();
  else input.focus({ preventScroll: true });
})();
