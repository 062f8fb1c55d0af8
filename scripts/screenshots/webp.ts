import type { Browser } from 'playwright-core';

const QUALITY = 0.9;

/** A picture in a format that is a fraction of PNG's size, made by the browser itself. */
export async function webpOf(browser: Browser, png: Buffer): Promise<Buffer> {
  const page = await browser.newPage();
  const url = `data:image/png;base64,${png.toString('base64')}`;
  const encoded = await page.evaluate(`(async () => {
    const image = new Image();
    image.src = ${JSON.stringify(url)};
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
    canvas.getContext('2d').drawImage(image, 0, 0);
    return canvas.toDataURL('image/webp', ${QUALITY});
  })()`);
  await page.close();
  return Buffer.from(String(encoded).replace(/^data:image\/webp;base64,/, ''), 'base64');
}
