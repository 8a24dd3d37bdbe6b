/**
 * The picture of the night, drawn by the page: who stood where, the awards, the games. It goes to the host, which hands it
 * to every phone in the room.
 * @import { GameSummary, SessionState } from "../types.js"
 * @import { Avatar } from "../view.js"
 */
import { avatarById, avatarImage } from "../avatars.js";
import { texts } from "../texts.js";
import { awardsOf, awardTo, thumbsOf, titleOf } from "./awards.js";
import { rankScores, wasPlayed } from "./standing.js";

/** Size of the picture in pixels. */
export const SUMMARY_WIDTH = 1920;
export const SUMMARY_HEIGHT = 1080;
/** Faces on the podium; the others stand in a list below, as many as there are avatars. */
const PODIUM = 3;
/** Lines that fit on the right. */
const AWARDS_SHOWN = 6;
const GAMES_SHOWN = 6;
/** Rows of the list below the podium; then a second column begins. */
const LIST_ROWS = 7;
const FONT = 'Nunito, "Maribro Signs", system-ui, sans-serif';
const SUN = "#ffd23f";
const SOFT = "#cfc8f5";

/** @typedef {{session: SessionState, games: GameSummary[], avatars: Avatar[], language: string}} Night */
/** @typedef {Map<string, HTMLImageElement | null>} Faces by avatar id; null for one that did not load */

/**
 * Draws the night.
 * @param {HTMLCanvasElement} canvas gets the picture's size
 * @param {Night} night
 */
export async function drawSummary(canvas, night) {
  canvas.width = SUMMARY_WIDTH;
  canvas.height = SUMMARY_HEIGHT;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("there is no canvas to draw on");
  const rows = rankScores(night.session.scoreboardByAvatarId);
  const awards = awardsOf(night.session);
  const wanted = [...rows.map(({ avatarId }) => avatarId), ...awards.flatMap(({ avatarIds }) => avatarIds)];
  const faces = await loadFaces(night.avatars, new Set(wanted));
  await document.fonts.load(`700 30px ${FONT}`, texts.title);
  drawGround(pen);
  drawHead(pen, night);
  drawPodium(pen, night, rows.slice(0, PODIUM), faces);
  drawList(pen, night, rows.slice(PODIUM), faces);
  const y = drawAwards(pen, night, awards.slice(0, AWARDS_SHOWN), faces);
  drawGames(pen, night, y);
}

/** @param {HTMLCanvasElement} canvas @returns {Promise<Blob>} */
export async function pngOf(canvas) {
  /** @type {Blob | null} */
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  if (!blob) throw new Error("the picture cannot be written as PNG");
  return blob;
}

/**
 * Hands the picture to the host, which serves it at `/summaries/latest.png`.
 * @param {Blob} picture
 */
export async function keepSummary(picture) {
  const headers = { "Content-Type": "image/png" };
  const response = await fetch("/api/session/summary", { method: "POST", body: picture, headers });
  if (!response.ok) throw new Error(`status ${response.status}`);
}

/** @param {Avatar[]} avatars @param {Set<string>} ids @returns {Promise<Faces>} */
async function loadFaces(avatars, ids) {
  const loaded = [...ids].filter(Boolean).map(async (id) => {
    const image = new Image();
    image.src = avatarImage(avatarById(avatars, id), "happy", true);
    try {
      await image.decode();
      return /** @type {const} */ ([id, image]);
    } catch (error) {
      console.warn(`no face of ${id} for the picture`, error);
      return /** @type {const} */ ([id, null]);
    }
  });
  return new Map(await Promise.all(loaded));
}

/** @param {CanvasRenderingContext2D} pen */
function drawGround(pen) {
  pen.fillStyle = "#14102b";
  pen.fillRect(0, 0, SUMMARY_WIDTH, SUMMARY_HEIGHT);
  for (const [x, y, color] of /** @type {const} */ ([
    [250, -60, "#6d2bb8aa"],
    [1750, 0, "#c2185b88"],
    [960, 1180, "#1d5fc299"],
  ])) {
    const glow = pen.createRadialGradient(x, y, 0, x, y, 900);
    glow.addColorStop(0, color);
    glow.addColorStop(1, "#0000");
    pen.fillStyle = glow;
    pen.fillRect(0, 0, SUMMARY_WIDTH, SUMMARY_HEIGHT);
  }
}

/**
 * One line of text, cut off with an ellipsis where it would not fit.
 * @param {CanvasRenderingContext2D} pen
 * @param {string} text
 * @param {{x: number, y: number, width: number, size: number, color?: string, weight?: number, align?: CanvasTextAlign}} how
 *   `y` is the line's middle
 */
function write(pen, text, { x, y, width, size, color = "#fff", weight = 700, align = "left" }) {
  pen.font = `${weight} ${size}px ${FONT}`;
  pen.textAlign = align;
  pen.textBaseline = "middle";
  pen.fillStyle = color;
  let shown = text;
  if (pen.measureText(text).width > width) {
    // Half-cut again and again: a title may have hundreds of characters.
    let [fits, tooLong] = [0, text.length];
    while (tooLong - fits > 1) {
      const middle = (fits + tooLong) >> 1;
      if (pen.measureText(`${text.slice(0, middle).trimEnd()}…`).width <= width) fits = middle;
      else tooLong = middle;
    }
    shown = `${text.slice(0, fits).trimEnd()}…`;
  }
  pen.fillText(shown, x, y);
}

/** @param {CanvasRenderingContext2D} pen @param {number} x @param {number} y @param {number} w @param {number} h @param {number | number[]} r */
function box(pen, x, y, w, h, r) {
  pen.beginPath();
  pen.roundRect(x, y, w, h, r);
  pen.fill();
}

/** @param {CanvasRenderingContext2D} pen @param {Night} night */
function drawHead(pen, { session, language }) {
  pen.save();
  pen.shadowColor = "#ff3d7f";
  pen.shadowOffsetY = 6;
  write(pen, texts.title, { x: 80, y: 90, width: 900, size: 92, weight: 800 });
  pen.restore();
  const date = new Intl.DateTimeFormat(language, { dateStyle: "full" }).format(new Date(session.createdAt));
  write(pen, date, { x: 1840, y: 70, width: 900, size: 44, align: "right" });
  const history = session.history.filter(wasPlayed);
  const people = new Set(history.flatMap(({ avatarsBySlot = [] }) => avatarsBySlot.filter(Boolean)));
  const games = new Set(history.map(({ gameId }) => gameId));
  const count = texts.summary.count(history.length, games.size, people.size);
  write(pen, count, { x: 1840, y: 128, width: 900, size: 34, color: SOFT, weight: 500, align: "right" });
}

/**
 * A face; a disc with the first letter where the picture is missing, so that nobody is a colour alone.
 * @param {CanvasRenderingContext2D} pen @param {Night} night @param {Faces} faces @param {string} id
 * @param {number} x @param {number} y @param {number} size
 */
function drawFace(pen, { avatars }, faces, id, x, y, size) {
  const image = faces.get(id);
  if (image) {
    pen.drawImage(image, x, y, size, size);
    return;
  }
  const { color, name } = avatarById(avatars, id);
  pen.fillStyle = color;
  box(pen, x, y, size, size, size / 2);
  const middle = { x: x + size / 2, y: y + size / 2 };
  write(pen, name.slice(0, 1), { ...middle, width: size, size: size / 2, align: "center" });
}

/** @param {CanvasRenderingContext2D} pen @param {Night} night @param {import("./standing.js").BoardRow[]} rows @param {Faces} faces */
function drawPodium(pen, night, rows, faces) {
  // The first stands in the middle; equals stand equally high.
  const spots = [400, 80, 720];
  const foot = 620;
  rows.forEach(({ avatarId, place, score }, at) => {
    const x = spots[at] ?? 80;
    const height = 260 - (Math.min(place, PODIUM) - 1) * 35;
    const { color, name } = avatarById(night.avatars, avatarId);
    const top = foot - height;
    pen.fillStyle = place === 1 ? "#7a4d00" : "#2a1f5c";
    box(pen, x, top, 300, height, [28, 28, 0, 0]);
    pen.fillStyle = color;
    box(pen, x, top, 300, 14, [28, 28, 0, 0]);
    drawFace(pen, night, faces, avatarId, x + 50, top - 186, 200);
    const middle = { x: x + 150, width: 280, align: /** @type {const} */ ("center") };
    write(pen, texts.results.place(place), { ...middle, y: top + 50, size: 40, color: place === 1 ? SUN : SOFT });
    write(pen, name, { ...middle, y: top + 94, size: 38 });
    write(pen, String(score.total), { ...middle, y: top + 150, size: 58, color: SUN });
  });
}

/** @param {CanvasRenderingContext2D} pen @param {Night} night @param {import("./standing.js").BoardRow[]} rows @param {Faces} faces */
function drawList(pen, night, rows, faces) {
  const columns = Math.max(1, Math.ceil(rows.length / LIST_ROWS));
  const width = (940 - (columns - 1) * 20) / columns;
  rows.forEach(({ avatarId, place, score }, at) => {
    const x = 80 + Math.floor(at / LIST_ROWS) * (width + 20);
    const y = 645 + (at % LIST_ROWS) * 58;
    pen.fillStyle = "#ffffff14";
    box(pen, x, y, width, 52, 12);
    const middle = { y: y + 27, size: 30 };
    write(pen, String(place), { ...middle, x: x + 48, width: 50, align: "right" });
    drawFace(pen, night, faces, avatarId, x + 62, y + 2, 48);
    write(pen, avatarById(night.avatars, avatarId).name, { ...middle, x: x + 122, width: width - 220 });
    write(pen, String(score.total), { ...middle, x: x + width - 20, width: 90, color: SUN, align: "right" });
  });
}

/**
 * @param {CanvasRenderingContext2D} pen @param {Night} night @param {import("./awards.js").Award[]} awards @param {Faces} faces
 * @returns {number} where the next part begins
 */
function drawAwards(pen, night, awards, faces) {
  awards.forEach((award, at) => {
    const y = 190 + at * 84;
    pen.fillStyle = "#5a2878";
    box(pen, 1100, y, 740, 76, 18);
    drawFace(pen, night, faces, award.avatarIds[0] ?? "", 1112, y + 4, 68);
    const line = { x: 1196, width: 630 };
    write(pen, texts.awards[award.kind].name, { ...line, y: y + 23, size: 28, color: SUN });
    write(pen, awardTo(award, night.avatars, night.games), { ...line, y: y + 54, size: 28, weight: 500 });
  });
  return 190 + awards.length * 84 + (awards.length ? 40 : 0);
}

/** @param {CanvasRenderingContext2D} pen @param {Night} night @param {number} top */
function drawGames(pen, { session, games }, top) {
  const thumbs = [...thumbsOf(session.history.filter(wasPlayed))].sort(
    ([, a], [, b]) => b.up - b.down - (a.up - a.down),
  );
  write(pen, texts.summary.games, { x: 1100, y: top, width: 740, size: 38 });
  const room = Math.max(1, Math.min(GAMES_SHOWN, Math.floor((SUMMARY_HEIGHT - 60 - top) / 48) - 1));
  const shown = thumbs.length > room ? thumbs.slice(0, room - 1) : thumbs;
  shown.forEach(([id, { up, down }], at) => {
    const y = top + 50 + at * 48;
    write(pen, titleOf(games, id), { x: 1100, y, width: 560, size: 30, weight: 500 });
    write(pen, `+${up}  −${down}`, { x: 1840, y, width: 160, size: 30, color: SOFT, weight: 500, align: "right" });
  });
  const more = thumbs.length - shown.length;
  const y = top + 50 + shown.length * 48;
  if (more > 0) write(pen, texts.summary.more(more), { x: 1100, y, width: 740, size: 30, color: SOFT, weight: 500 });
}
