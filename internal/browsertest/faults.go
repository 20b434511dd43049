package browsertest

// Faults are scripts that list what is wrong with how a page looks in its window, by what
// that is. Of a page that is right each lists nothing.
var Faults = map[string]string{"out of the window": wide, "faint": faint, "high": tall, "thin": thin}

// faint lists texts of the page whose contrast is below that of WCAG 2.2, 1.4.3 (AA): 4.5,
// or 3 for what is large. A colour is what the browser has computed, upon the nearest ground
// that is not transparent, with the opacity of all that is around it.
const faint = `(() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = text => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255];
  };
  const over = (top, ground) => [0, 1, 2].map(i => top[i] * top[3] + ground[i] * (1 - top[3])).concat(1);
  const light = c => {
    const [r, g, b] = c.map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const known = new Map(), found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !at.checkVisibility()) continue;
    if (at.closest('script, style, .ear, .not-bound')) continue; // nothing that is read by eye
    const style = getComputedStyle(at);
    const grounds = []; let opacity = 1;
    for (let e = at; e; e = e.parentElement) {
      const s = getComputedStyle(e); opacity *= Number(s.opacity); grounds.push(s.backgroundColor);
    }
    const key = [style.color, opacity, style.fontSize, style.fontWeight, ...grounds].join();
    if (known.has(key)) continue;
    let ground = [255, 255, 255, 1];
    for (const g of grounds.reverse()) ground = over(rgba(g), ground);
    const color = rgba(style.color); color[3] *= opacity;
    const [a, b] = [light(over(color, ground)), light(ground)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05), px = parseFloat(style.fontSize);
    const large = px >= 24 || px >= 18.66 && Number(style.fontWeight) >= 700;
    known.set(key, ratio);
    const what = ratio.toFixed(2) + ' ' + at.tagName + '.' + at.className + ' ';
    if (ratio < (large ? 3 : 4.5)) found.add(what + walker.currentNode.data.trim().slice(0, 40));
  }
  return [...found];
})()`

// wide lists what stands out of the window to the right, beside what scrolls by itself.
const wide = `(() => {
  const found = [], all = document.documentElement.scrollWidth;
  if (all > innerWidth) found.push('the page: ' + all);
  for (const e of document.body.querySelectorAll('*')) {
    if (!e.checkVisibility() || e.closest('.ear, .skip, svg, thead')) continue;
    const box = e.getBoundingClientRect();
    const what = e.tagName + '.' + e.className + ' ' + Math.round(box.right) + ' ';
    if (box.width > 0 && box.right > innerWidth + 1) found.push(what + e.textContent.replace(/\s+/g, ' ').slice(0, 30));
    if (found.length > 8) break;
  }
  return found;
})()`

// tall lists what one text of a stranger makes higher than three windows.
const tall = `[...document.querySelectorAll('h3, p, dd, li > span, figcaption, pre, td, summary, li:not(:has(*))')]
  .filter(e => e.checkVisibility() && e.getBoundingClientRect().height > 2700)
  .map(e => [e.tagName + '.' + e.className, Math.round(e.getBoundingClientRect().height), 'in ' + e.parentElement.tagName,
    e.textContent.replace(/\s+/g, ' ').slice(0, 30)].join(' '))`

// thin lists what is broken after each letter, because it was given no room.
const thin = `[...document.body.querySelectorAll('*')]
  .filter(e => e.checkVisibility() && !e.closest('.ear, svg, thead'))
  .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim().length > 6))
  .filter(e => { const b = e.getBoundingClientRect(); return b.width < 40 && b.height > 90; })
  .map(e => e.tagName + '.' + e.className + ' ' + e.textContent.slice(0, 30))`
