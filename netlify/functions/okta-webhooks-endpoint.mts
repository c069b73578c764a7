import type { Config, Context } from "@netlify/functions";
export default async (request: Request, context: Context) => {
  const h = Object.fromEntries(request.headers);
  return Response.json({
    url: request.url,
    method: request.method,
    h,
    deploy: context.deploy,
    ip: context.ip,
    env: [Netlify.env.get("NETLIFY_DEV"), Netlify.env.get("NETLIFY_LOCAL"), Netlify.env.get("CONTEXT")],
    v: process.version,
  });
};
export const config: Config = { path: "/okta-webhooks-endpoint" };
