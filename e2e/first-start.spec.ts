import { expect, test } from '@playwright/test';

import { startProduct } from './product.ts';

test('without a configuration the first page offers three doors, and the sample cluster is one press away', async ({
  page,
}) => {
  const product = await startProduct();
  await page.goto(product.url);
  await expect(page.locator('h1')).toContainText('Nothing is watched yet');
  await expect(page.getByRole('textbox', { name: 'quorate.yml' })).toHaveValue(/clusters:/);
  await page.getByRole('button', { name: 'Start the sample' }).click();
  await expect(page.getByTestId('leader-kv')).toContainText(/kv-\d.*term \d/, { timeout: 30_000 });
  await expect(page.getByTestId('leader-px')).toContainText(/px-\d.*ballot \d/);
  expect(await product.stop()).toBe(0);
});
