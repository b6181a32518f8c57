/* How sharp and how light a picture is. The native side is _quality in app/device/photo/native.py.
 *
 * The sums are done here and not in Python: 200 000 pixels take 5 ms, in Pyodide a second.
 */

/** {sharpness, brightness, contrast, lightest} of a canvas, measured at width × height.
 *
 * lightestShare: of the pixels; as many are at least as light as `lightest`.
 */
export function measure(canvas, width, height, lightestShare) {
    const grey = shrunkGrey(canvas, width, height);
    const whole = spread(grey);
    return {
        sharpness: spread(laplacian(grey, width, height)).variance,
        brightness: whole.mean,
        contrast: whole.variance,
        lightest: lightest(grey, Math.max(1, Math.round(grey.length * lightestShare))),
    };
}

/** Every pixel the mean of those it stands for, as Pillow's BOX does it; grey by ITU-R 601. */
function shrunkGrey(canvas, width, height) {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const columns = edges(canvas.width, width);
    const rows = edges(canvas.height, height);
    const grey = new Uint8Array(width * height);
    for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++) {
            let red = 0, green = 0, blue = 0;
            for (let y = rows[row]; y < rows[row + 1]; y++) {
                const end = (y * canvas.width + columns[column + 1]) * 4;
                for (let at = (y * canvas.width + columns[column]) * 4; at < end; at += 4) {
                    red += data[at];
                    green += data[at + 1];
                    blue += data[at + 2];
                }
            }
            const count =
                (rows[row + 1] - rows[row]) * (columns[column + 1] - columns[column]);
            grey[row * width + column] =
                Math.round((0.299 * red + 0.587 * green + 0.114 * blue) / count);
        }
    }
    return grey;
}

function edges(from, to) {
    return Int32Array.from({ length: to + 1 }, (_, index) => Math.round((index * from) / to));
}

/** Without the border, within -128..127 as it fits a byte of Pillow's. */
function laplacian(grey, width, height) {
    const found = new Int8Array((width - 2) * (height - 2));
    let to = 0;
    for (let y = 1; y < height - 1; y++) {
        for (let at = y * width + 1; at < (y + 1) * width - 1; at++) {
            const value =
                grey[at - 1] + grey[at + 1] + grey[at - width] + grey[at + width] - 4 * grey[at];
            found[to++] = Math.max(-128, Math.min(127, value));
        }
    }
    return found;
}

function spread(values) {
    let sum = 0, squares = 0;
    for (const value of values) {
        sum += value;
        squares += value * value;
    }
    const mean = sum / values.length;
    return { mean, variance: squares / values.length - mean * mean };
}

function lightest(grey, wanted) {
    const counts = new Uint32Array(256);
    for (const value of grey) {
        counts[value]++;
    }
    let level = 255;
    for (let found = counts[level]; found < wanted; found += counts[level]) {
        level--;
    }
    return level;
}
