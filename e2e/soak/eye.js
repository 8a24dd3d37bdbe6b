/** Looks whether a picture of the stage shows a game: one whose canvas stays empty plays on and reports, and nobody sees it. */

/** Size to which a picture is reduced, in points. */
const SIZE = /** @type {const} */ ([192, 108]);
/** Rows of it on top, where the timer is. */
const TIMER_ROWS = 4;
/** Steps of a colour that count as one. */
const COLOR_STEPS = 16;

/**
 * Part of the points, below the timer, that have another colour than most of them.
 * @param {import("@playwright/test").Page} page any page that nothing is measured on: there is a browser in it
 * @param {Buffer} png
 * @returns {Promise<number>} 0 (of one colour) to 1
 */
export async function variety(page, png) {
  return page.evaluate(
    async ([data, [width, height], skippedRows, steps]) => {
      const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes]));
      const pen = /** @type {OffscreenCanvasRenderingContext2D} */ (
        new OffscreenCanvas(width, height).getContext("2d")
      );
      pen.drawImage(bitmap, 0, 0, width, height);
      const points = new Uint32Array(
        pen.getImageData(0, skippedRows, width, height - skippedRows).data.map((value) => Math.floor(value / steps))
          .buffer,
      );
      /** @type {Map<number, number>} */
      const times = new Map();
      for (const point of points) times.set(point, (times.get(point) ?? 0) + 1);
      return 1 - Math.max(...times.values()) / points.length;
    },
    /** @type {const} */ ([png.toString("base64"), SIZE, TIMER_ROWS, COLOR_STEPS]),
  );
}
