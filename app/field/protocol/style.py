"""How the page looks: on a phone 360 points wide, at 200 % zoom, and on A4.

Text on white has at least 7:1, the marks of the sketch at least 4.5:1 (WCAG 2.1 AA asks for 4.5:1).
"""

from __future__ import annotations

from app.field.protocol.markup import Markup

STYLE = Markup("""
*,*::before{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0 auto;padding:0 1rem 2rem;max-width:48rem;background:#fff;color:#16201c;
font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Noto Sans Arabic",sans-serif;
overflow-wrap:anywhere}
h1,h2,h3,h4{line-height:1.25;margin:1.4em 0 .5em}
h1{font-size:1.7rem;margin-top:.1em}
h2{font-size:1.35rem;border-bottom:2px solid #00563f;padding-bottom:.2em}
h3{font-size:1.15rem}
h4{font-size:1.05rem}
p{margin:.5em 0}
a{color:#00563f;text-underline-offset:.15em}
a:focus-visible,main:focus-visible{outline:3px solid #00563f;outline-offset:2px}
.skip{position:absolute;inset-inline-start:1rem;top:-10rem;background:#fff;padding:.8rem}
.skip:focus{top:0}
header{padding-top:1rem}
.word{text-transform:uppercase;letter-spacing:.06em;color:#3c4843;margin:0}
[lang=ar] .word{text-transform:none;letter-spacing:0}
.when{font-size:1.1rem}
.approval{border:2px solid #00563f;border-radius:.4rem;padding:.6rem .8rem}
.preliminary{border-style:dashed;border-color:#8a3a00}
nav ul{list-style:none;padding:0;margin:0;columns:2 14rem}
nav a{display:block;padding:.7rem 0;min-height:3rem}
dl{margin:.5em 0}
dl div{display:flex;flex-wrap:wrap;gap:0 1rem;padding:.15rem 0}
dt{flex:0 0 11rem;font-weight:600;color:#3c4843}
dd{flex:1 1 14rem;margin:0;min-width:0}
.said{white-space:pre-wrap}
table{border-collapse:collapse;width:100%;margin:.8rem 0}
caption{text-align:start;font-weight:600;padding:.3rem 0}
th,td{border:1px solid #8b9691;padding:.4rem .5rem;text-align:start;vertical-align:top}
thead th,tfoot th,tfoot td{background:#e9f1ee}
tbody th{font-weight:600}
.places tr>th:first-child,.open tr>th:first-child{overflow-wrap:normal}
.number{text-align:end;font-variant-numeric:tabular-nums;width:1%;white-space:nowrap}
tfoot{font-weight:700}
.column{display:none}
.participants,.scores table{max-width:28rem}
.coordinates{display:inline-block}
figure{margin:1rem 0}
figcaption{color:#3c4843;font-size:.95rem}
.map{margin-inline:0}
.map>svg{display:block;width:100%;max-width:44rem;height:auto;border:1px solid #8b9691}
.legend{list-style:none;padding:0;margin:.4rem 0;display:flex;flex-wrap:wrap;gap:.3rem 1.2rem}
.legend-mark{vertical-align:middle}
.stop{border-inline-start:4px solid #00563f;padding-inline-start:.9rem;margin:1.5rem 0}
.finding{border-top:1px solid #8b9691;margin-top:1rem}
.finding-number{display:inline-block;background:#00563f;color:#fff;border-radius:.3rem;
padding:.05em .45em;margin-inline-end:.2em}
h2+.finding{border-top:0}
.photos{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,10rem),1fr));gap:.8rem}
.photos figure{margin:0}
.photos img{display:block;max-width:100%;height:auto;border-radius:.3rem}
footer{margin-top:2rem;border-top:1px solid #8b9691;color:#3c4843}
.sketch text{font:700 13px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;
text-anchor:middle;fill:#16201c}
.paper{fill:#fff}
.outline{fill:#eef4f1;stroke:#3f6f5f;stroke-width:2;stroke-dasharray:7 4}
.planned{fill:none;stroke:#6b3fa0;stroke-width:3;stroke-dasharray:2 5;stroke-linecap:round}
.track{fill:none;stroke:#0b62a8;stroke-width:3;stroke-linejoin:round}
.leader{stroke:#16201c;stroke-width:1}
.dot{fill:#16201c}
.mark rect{fill:#a32100;stroke:#fff;stroke-width:1}
.mark.defect text{fill:#fff}
.mark.positive rect{fill:#fff;stroke:#00563f;stroke-width:2.5}
.mark.proposal rect{fill:#fff;stroke:#16201c;stroke-width:1.5;stroke-dasharray:3 2}
.mark.stop rect{fill:#16201c}
.mark.stop text{fill:#fff}
.north polygon,.frame{fill:none;stroke:#16201c;stroke-width:1.5}
.north polygon{fill:#16201c}
.scale polyline{fill:none;stroke:#16201c;stroke-width:2}
.scale text{text-anchor:start;paint-order:stroke;stroke:#fff;stroke-width:3px}
.inset>.paper{stroke:#8b9691}
.frame{stroke:#a32100;stroke-width:2}
@media (max-width:34rem){
dl div{display:block}
table{font-size:.95rem}
th,td{padding:.35rem .3rem}
}
@media screen and (max-width:34rem){
.open{position:relative}
.open,.open caption,.open tbody,.open tr,.open tbody th,.open td,.column{display:block}
.open thead{display:block;position:absolute;width:1px;height:1px;
overflow:hidden;clip-path:inset(50%)}
.open tr{border:1px solid #8b9691;margin-bottom:.8rem}
.open tbody th,.open td{border:0;padding:.35rem .6rem}
.open tbody th{background:#e9f1ee}
.column{font-weight:600;color:#3c4843}
}
@media print{
@page{size:A4;margin:16mm 15mm 18mm}
body{max-width:none;padding:0;font-size:10.5pt;line-height:1.4}
nav,.skip{display:none}
a{color:inherit;text-decoration:none}
h1{font-size:20pt}h2{font-size:15pt}h3{font-size:12.5pt}h4{font-size:11.5pt}
h1,h2,h3,h4,caption{break-after:avoid}
.finding,figure,tr,dl div,.scores,.participants,.approval,.stop>dl{break-inside:avoid}
thead{display:table-header-group}
p,dd,td{orphans:3;widows:3}
.map>svg{max-height:165mm;max-width:165mm}
.photos{grid-template-columns:repeat(3,1fr);gap:3mm}
.photos img{max-height:70mm;width:auto}
.finding-number,.sketch *,thead th,tfoot th,tfoot td{print-color-adjust:exact;
-webkit-print-color-adjust:exact}
}
""")
