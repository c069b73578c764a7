/** Whether this is `npm run test:stress`: what takes minutes there has a small version in `npm test`. */
export const isStress = process.env.MODE === "stress";
