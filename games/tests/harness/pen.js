/**
 * Canvases that draw nothing. `Pen` forgets everything, at no cost: it runs millions of times in the bot rounds. While its
 * page watches, a `WatchedPen` writes every call down, and the paint it would use.
 */

const CALLS = (
  "save restore scale rotate translate transform setTransform resetTransform clearRect fillRect strokeRect fill stroke " +
  "fillText strokeText beginPath closePath moveTo lineTo arc arcTo ellipse rect roundRect quadraticCurveTo bezierCurveTo " +
  "clip drawImage setLineDash putImageData"
).split(" ");
const PATH_CALLS = "closePath moveTo lineTo arc arcTo ellipse rect roundRect quadraticCurveTo bezierCurveTo".split(" ");

/** A path that remembers itself as text. */
export class Path2D {
  look = "";
  /** @param {Path2D} path */
  addPath(path) {
    this.look += path.look;
  }
}
for (const name of PATH_CALLS) {
  /** @type {any} */ (Path2D.prototype)[name] = function (/** @type {unknown[]} */ ...args) {
    this.look += `${name} ${args};`;
  };
}

class Gradient {
  look = "";
  /** @param {number} at @param {string} color */
  addColorStop(at, color) {
    this.look += `${at} ${color};`;
  }
}

/** @param {any} value */
const shown = (value) =>
  typeof value === "object" && value ? (value.look ?? value.tagName ?? value.data?.length) : value;

export class Pen {
  fillStyle = /** @type {any} */ ("#000");
  strokeStyle = /** @type {any} */ ("#000");
  lineWidth = 1;
  lineCap = "butt";
  lineJoin = "miter";
  lineDashOffset = 0;
  globalAlpha = 1;
  globalCompositeOperation = "source-over";
  shadowBlur = 0;
  shadowColor = "#0000";
  shadowOffsetX = 0;
  shadowOffsetY = 0;
  font = "10px sans-serif";
  textAlign = "start";
  textBaseline = "alphabetic";
  filter = "none";
  imageSmoothingEnabled = true;

  /** @param {any} canvas @param {import("./page.js").Page} page */
  constructor(canvas, page) {
    this.canvas = canvas;
    this.page = page;
  }

  createLinearGradient() {
    return new Gradient();
  }
  createRadialGradient() {
    return new Gradient();
  }
  createConicGradient() {
    return new Gradient();
  }
  createPattern() {
    return { look: "pattern" };
  }
  getLineDash() {
    return [];
  }
  isPointInPath() {
    return false;
  }
  /** @param {string} text */
  measureText(text) {
    const size = Number(/(\d+(?:\.\d+)?)px/.exec(this.font)?.[1] ?? 10);
    return {
      width: text.length * size * 0.55,
      actualBoundingBoxAscent: size * 0.8,
      actualBoundingBoxDescent: size * 0.2,
    };
  }
  /** @param {number} width @param {number} height */
  createImageData(width, height) {
    return { width, height, data: new Uint8ClampedArray(width * height * 4) };
  }
  /** @param {number} _x @param {number} _y @param {number} width @param {number} height */
  getImageData(_x, _y, width, height) {
    return this.createImageData(width, height);
  }
}

export class WatchedPen extends Pen {}

for (const name of CALLS) {
  /** @type {any} */ (Pen.prototype)[name] = () => {};
  /** @type {any} */ (WatchedPen.prototype)[name] = function (/** @type {any[]} */ ...args) {
    const { page } = this;
    if (name === "setTransform") page.transforms.add(args.join());
    if (name === "fillText" || name === "strokeText") page.fonts.set(this.font, String(args[0]));
    if (!page.watching) return;
    const paint = `${shown(this.fillStyle)} ${shown(this.strokeStyle)} ${this.lineWidth} ${this.globalAlpha} ${this.font}`;
    page.see(`${name} ${args.map(shown).join(" ")} ${paint}`);
  };
}
