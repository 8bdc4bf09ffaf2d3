// A real OpenID provider for tests: `node op.mjs PORT CALLBACK`, users by login_hint, "!" refuses, "mallory" is in no group.
import { generateKeyPairSync } from 'node:crypto';
import { Provider } from 'oidc-provider';

const [port, callback] = process.argv.slice(2);
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
const client = { redirect_uris: [callback], grant_types: ['authorization_code'], response_types: ['code'] };
const op = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    { ...client, client_id: 'app', client_secret: 'app-secret' },
    { ...client, client_id: 'post', client_secret: 'post-secret', token_endpoint_auth_method: 'client_secret_post' },
    { ...client, client_id: 'public', token_endpoint_auth_method: 'none', id_token_signed_response_alg: 'ES256' },
  ],
  jwks: { keys: [{ ...pair, kid: 'k1', use: 'sig', alg: 'RS256' }, { ...curve, kid: 'k2', use: 'sig', alg: 'ES256' }] },
  cookies: { keys: ['test'] },
  pkce: { required: () => true },
  claims: { openid: ['sub'], email: ['email'], profile: ['name', 'groups'] },
  conformIdTokenClaims: process.env.CONFORM === '1', // then mail and groups are at the userinfo endpoint only
  features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
  interactions: { url: (ctx, interaction) => `/login/${interaction.uid}` },
  findAccount: (ctx, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@example.com`, name: id, groups: id === 'mallory' ? [] : ['staff'] }),
  }),
});
const form = (uid) => `<!doctype html><title>Provider</title><form method="post" action="/login/${uid}">
<input name="user" autofocus><button>Go</button></form>`;
const read = async (req) => {
  let body = '';
  for await (const piece of req) body += piece;
  return new URLSearchParams(body).get('user');
};
op.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/login/')) return next();
  const { prompt, params, session, uid } = await op.interactionDetails(ctx.req, ctx.res);
  if (prompt.name === 'login') {
    if (!params.login_hint && ctx.method === 'GET') {
      ctx.type = 'html';
      ctx.body = form(uid);
      return undefined;
    }
    const user = params.login_hint || (await read(ctx.req));
    const result = user === '!' ? { error: 'access_denied', error_description: '<b>no</b>' } : { login: { accountId: user } };
    return op.interactionFinished(ctx.req, ctx.res, result);
  }
  const grant = new op.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  return op.interactionFinished(ctx.req, ctx.res, { consent: { grantId: await grant.save() } });
});
op.listen(port, '127.0.0.1', () => console.log('ready'));
