"""How the page looks; a constant, so that the page needs no file beside it."""

from __future__ import annotations

STYLE = """
:root { --ink: #1b2733; --soft: #4c5a67; --line: #c9d2da; --sea: #00566b; --paper: #fff;
  --ground: #eef2f4; --warn: #8a2b06; --warn-ground: #fdeee6; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
header, main { max-width: 72rem; margin: 0 auto; padding: 1rem; }
h1 { margin: .5rem 0 0; font-size: 1.6rem; line-height: 1.2; }
h2 { margin: 2rem 0 .75rem; font-size: 1.25rem; }
h3 { margin: 0; font-size: 1.1rem; }
a { color: var(--sea); }
.lead { margin: .25rem 0 1rem; color: var(--soft); max-width: 46rem; }
.counts { display: flex; flex-wrap: wrap; gap: .5rem; margin: 0; padding: 0; list-style: none; }
.counts li, .badge { background: var(--paper); border: 1px solid var(--line);
  border-radius: 1rem; padding: .2rem .8rem; }
.badge { background: var(--sea); border-color: var(--sea); color: #fff; font-weight: 600; }
.badge.unknown { background: var(--warn); border-color: var(--warn); }
.panel, article { background: var(--paper); border: 1px solid var(--line);
  border-radius: .6rem; padding: 1rem; }
article { margin-bottom: 1rem; }
article header { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: center;
  padding: 0; margin: 0 0 .5rem; }
article time { color: var(--soft); }
.text { white-space: pre-wrap; overflow-wrap: anywhere; margin: .5rem 0 1rem;
  border-left: .25rem solid var(--line); padding-left: .75rem; }
.pace { display: flex; flex-wrap: wrap; gap: .75rem 1.5rem; align-items: center;
  margin-bottom: 1rem; }
.pace .lead, .pace form { margin: 0; }
.moves { display: flex; flex-wrap: wrap; gap: 0 1.5rem; align-items: end; }
summary { min-height: 3rem; padding: .75rem 0; color: var(--sea); font-weight: 600;
  cursor: pointer; }
dl { display: grid; grid-template-columns: 7rem 1fr; gap: .25rem 1rem; margin: 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
.warning { background: var(--warn-ground); color: var(--warn); border-left: .25rem solid;
  border-radius: .3rem; padding: .5rem .75rem; margin: .75rem 0; }
.photos { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1rem 0 0; padding: 0;
  list-style: none; }
.photos figure { margin: 0; width: 9.5rem; }
.photos img { display: block; width: 9.5rem; height: 9.5rem; object-fit: cover;
  border-radius: .4rem; border: 1px solid var(--line); background: var(--ground); }
.photos figcaption { font-size: .85rem; color: var(--soft); overflow-wrap: anywhere; }
form { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin: 1rem 0 0; }
label { display: flex; flex-direction: column; gap: .2rem; font-weight: 600; }
label.tick { flex-direction: row; align-items: center; min-height: 3rem; gap: .6rem;
  font-weight: 400; }
label.tick input { width: 1.5rem; min-height: 1.5rem; }
input, select, button { font: inherit; min-height: 3rem; border-radius: .4rem; }
input, select { border: 1px solid #6b7985; padding: 0 .6rem; background: #fff;
  color: inherit; max-width: 100%; }
button { border: 2px solid var(--sea); background: var(--sea); color: #fff; font-weight: 600;
  padding: 0 1.1rem; cursor: pointer; }
button.quiet { background: #fff; color: var(--sea); }
button.danger { background: #fff; color: var(--warn); border-color: var(--warn); }
:focus-visible { outline: .2rem solid #b35c00; outline-offset: .15rem; }
@media (max-width: 40rem) { .moves form, .pace form, label:not(.tick), select, button,
  label:not(.tick) input { width: 100%; } }
"""
