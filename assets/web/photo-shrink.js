/* A smaller picture of a photo that stands upright already, in one step for the Python that asks:
 * the protocol wants 80 of them, and every wait between Python and the browser costs.
 */

/** JPEG bytes of `width` x `height`. quality: 0 to 1. Throws when the browser cannot decode it. */
export async function shrink(bytes, width, height, quality) {
    const whole = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d", { alpha: false });
    context.imageSmoothingQuality = "high";
    context.drawImage(whole, 0, 0, width, height);
    whole.close();
    const small = await canvas.convertToBlob({ type: "image/jpeg", quality });
    return new Uint8Array(await small.arrayBuffer());
}
