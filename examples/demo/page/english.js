// The words of the page in English. What stands in backticks is code.

export const english = {
  documentTitle: 'See a wallet verified · sequence-auth',
  skip: 'Skip to the content',
  language: 'Language',
  theme: 'Theme',
  'theme.system': 'System',
  'theme.light': 'Light',
  'theme.dark': 'Dark',
  title: 'See a wallet verified',
  lead: 'A player signs in with Sequence and gets an ID token; your backend decides whether to believe it. Here you see every step, and every refusal with its reason.',
  'trust.demo':
    'Not for production: this server trusts a demo issuer at `{issuer}`, which plays Embedded Wallet and OMS Wallet and signs a token for anybody who asks. It listens on this machine alone, sends no email, and forgets everything when it ends.',
  'trust.issuer': 'This server accepts {kind} tokens of project {project} from `{issuer}`.',
  'failed.page':
    'The server does not answer ({problem}). Is it still running? Start it, then reload this page.',
  footer:
    'This is the example server of the Rust crate sequence-auth. The page loads nothing from elsewhere; it talks to this server and to the issuer.',

  'issuer.embeddedWallet': 'Embedded Wallet',
  'issuer.omsWallet': 'OMS Wallet',

  'signIn.heading': '1. Sign in',
  'signIn.noAccessKey':
    "To sign in here, start the server with your project's access key: `--access-key KEY`, or the variable `ACCESS_KEY`. It is the public key that your front end uses; Sequence Builder shows it. Without it you can still paste a token below.",
  'signIn.omsAlone':
    'This server accepts tokens of OMS Wallet alone, and this page cannot sign in there. You can paste a token below.',
  'signIn.email': 'Email',
  'signIn.sendCode': 'Send code',
  'signIn.code': 'Code from the email',
  'signIn.codeDemo': 'The demo issuer sends no email: any code will do, 123456 for example.',
  'signIn.codeSequence': 'Sequence has sent a code to {email}.',
  'signIn.withCode': 'Sign in',
  'signIn.or': 'or without an account',
  'signIn.guest': 'Sign in as a guest',
  'signIn.asEmail': 'Signed in as {email}, with the wallet `{wallet}`.',
  'signIn.asGuest': 'Signed in as a guest, with the wallet `{wallet}`.',
  'signIn.asBefore': 'Still signed in, with the wallet `{wallet}`.',
  'signIn.out': 'Sign out',
  'signIn.failed': 'Signing in failed: {problem}',
  'signIn.outFailed': 'Signing out failed: {problem}',
  'signIn.wrongCode': 'The code is not the one in the email. Try again.',
  'problem.unreachable':
    'the issuer at {issuer} cannot be reached from this browser. Is it running? The demo issuer can be reached only from the machine that it runs on.',
  'signIn.sessionGone':
    'The issuer no longer knows this session; the demo issuer forgets them when it ends. Sign in again. ({problem})',

  'token.heading': '2. Get an ID token',
  'token.nonce': 'Nonce (optional)',
  'token.nonceHint':
    'A value that your backend made up. It comes back inside the signed token, and so shows that the token was made for this request. At most 128 bytes.',
  'token.get': 'Get an ID token',
  'token.failed': 'There is no token: {problem}',
  'token.nonceTooLong': 'The nonce has {bytes} bytes; 128 is the most.',
  'oms.summary': 'Get a token of OMS Wallet',
  'oms.email': "The OMS Wallet player's email",
  'oms.get': 'Get an OMS Wallet token',
  'oms.hint':
    'OMS Wallet is the successor of Embedded Wallet. There is no signing in to it here: the demo issuer signs a token for whichever email you enter.',
  'token.paste': 'Paste a token',
  'token.pasted': 'A token that you have',
  'token.usePasted': 'Use this token',
  'token.none': 'No token yet. Sign in first, or paste one.',
  'token.nonePasted': 'No token yet. Paste one.',
  'token.ready': 'No token yet. You are signed in and can get one.',
  'token.issued': 'A token from the issuer.',
  'token.wasPasted': 'The token that you pasted.',
  'token.expires': 'It expires:',
  'token.reveal': 'Show all of it',
  'token.hide': 'Shorten it',
  'token.copy': 'Copy',
  'token.copied': 'Copied',
  'token.copyFailed': 'The browser does not allow it; show the token and copy it by hand.',
  'token.secret':
    'A token is a secret: until it expires, whoever holds it is this player. That is why it is shortened here, and why it belongs in no log.',

  'verify.heading': '3. Verify on the backend',
  'verify.how': 'How the token is sent',
  'verify.body': 'In the JSON body: `POST /api/verify-wallet`',
  'verify.bearer': 'As a bearer token: `GET /me`',
  'verify.tamper': 'Tamper with it on its way',
  'verify.button': 'Verify on the backend',
  'verify.failed': 'The request could not be sent, or was not answered: {problem}',
  'tampering.none': 'No, send it as it is',
  'tampering.claims': 'Change the email',
  'tampering.signature': 'Flip a byte of the signature',
  'tampering.key': 'Name another key (kid)',
  'tampering.algorithm': 'Say it is unsigned (alg: none)',
  'tampered.claims': 'On its way, the email in its claims was changed',
  'tampered.signature': 'On its way, a byte of its signature was flipped',
  'tampered.key': 'On its way, its header was made to name another key',
  'tampered.algorithm': 'On its way, its header was made to say that it is not signed',

  'contents.heading': 'What the token says (not verified)',
  'contents.warning':
    'Anybody can write such a token. A front end may show this; nothing may rely on it until the backend has verified the signature.',
  'contents.tampered': 'Tampered with, as it is going to be sent.',
  'contents.header': 'Header',
  'contents.claims': 'Claims',
  'contents.unreadable':
    'It cannot be read: a token has a header, claims and a signature in base64url, the first two of them JSON.',
  'claim.alg': 'how it is signed',
  'claim.kid': 'the key that signed it',
  'claim.typ': 'what it is',
  'claim.iss': 'who issued it',
  'claim.aud': 'the project it is for',
  'claim.sub': "the player's wallet, or its id at OMS Wallet",
  'claim.email': "the player's email",
  'claim.iat': 'issued',
  'claim.exp': 'expires',
  'claim.nbf': 'valid from',
  'claim.auth_time': 'signed in',
  'claim.nonce': 'the nonce that was asked for',
  'claim.identity': 'how the player signed in',
  'claim.walletAddress': "the player's wallet",
  'claim.wallet': "the player's wallet",
  'claim.wallet_address': "the player's wallet",
  'claim.wallet_id': "the wallet's id at OMS Wallet",
  'claim.wallet_type': 'the kind of wallet',
  'claim.project_id': 'the project it is for',
  'claim.issuer': 'who issued it',
  'claim.issued_at': 'issued',
  'claim.expires_at': 'expires',
  'claim.authenticated_at': 'signed in',
  'time.moment': '{absolute} ({relative})',
  'time.often': 'twice in a row at most, then once every {cooldown} seconds',
  'time.eachTime': 'each time',

  'result.heading': 'The verdict',
  'result.none': 'Nothing was sent yet.',
  'result.waiting': 'The backend is asked…',
  'result.accepted': 'Accepted',
  'result.acceptedWho': 'The backend knows that this player holds the wallet `{wallet}`.',
  'result.acceptedWhoEmail':
    'The backend knows that this player holds the wallet `{wallet}` and the email {email}.',
  'result.refused': 'Refused',
  'result.undecided': 'Not judged',
  'result.unanswered': 'No answer',
  'result.reason': 'Why',
  'result.cure': 'What helps',
  'result.issuer': 'Judged by the keys and rules of',
  'result.issuerValue': '{kind}, `{issuer}`',
  'result.wording': "In the backend's words",
  'result.unknown': 'The backend answered {status} with a reason that this page does not know.',
  'result.unexplained': 'The backend answered {status} without a reason that this page can read.',
  'result.retryAfter': 'The backend asks to wait {duration} (`Retry-After`).',

  'flow.expected': 'What the backend is going to check',
  'flow.heading': 'What happened',
  'flow.signedInEmail': 'Signed in with Sequence by email as {email}',
  'flow.signedInGuest': 'Signed in with Sequence as a guest',
  'flow.signedInBefore': 'Signed in with Sequence before this page was loaded',
  'flow.token': 'The issuer signed an ID token for the wallet',
  'flow.tokenNonce': 'The issuer signed an ID token for the wallet, with the nonce {nonce}',
  'flow.omsToken': 'The demo issuer signed an ID token of OMS Wallet for {email}',
  'flow.pasted': 'A token was pasted',
  'flow.noToken': 'There was no token to send',
  'flow.sentBody': 'The page sent it to the backend in the JSON body',
  'flow.sentBearer': 'The page sent it to the backend as a bearer token',
  'flow.sentNothing': 'The page sent the request without a token',
  'flow.checked': 'The backend made its checks, each only if the one before was passed',
  'flow.answered': 'The backend answered {status} after {milliseconds} ms',
  'check.request': 'The request holds one token',
  'check.form': 'The token is well-formed: size, base64url, an algorithm that counts',
  'check.key': 'The issuer publishes the key that it names',
  'check.signature': 'The signature is by that key',
  'check.claims': 'The claims: issuer, times, wallet, all well-formed',
  'check.policy': 'What this backend asks for: its project, an email',
  'check.passed': 'passed',
  'check.failed': 'failed',
  'check.undecided': 'could not be made',
  'check.skipped': 'not reached',

  'verified.heading': 'What the backend verified',
  'verified.hint': 'From its answer. This is what a handler of yours gets to see.',
  'exchange.heading': 'The HTTP exchange',
  'exchange.request': 'Request',
  'exchange.response': 'Response',
  'exchange.note':
    'The token is shortened here, unless you show all of it above. Of the headers, these are the ones that the page set and those of the answer that tell something.',

  'keys.heading': "The backend's keys, live",
  'keys.hint':
    "From `GET /healthz`. The backend fetches each issuer's public keys in the background, every five minutes; no request waits for that.",
  'keys.issuer': 'Issuer',
  'keys.state': 'State',
  'keys.fresh': 'fresh: the last fetch succeeded',
  'keys.stale': 'stale: the last fetch failed, and the keys from before serve on',
  'keys.expired': 'expired: too old to be trusted, requests get 503',
  'keys.waiting': 'waiting: no keys yet, requests get 503',
  'keys.unreachable': 'The server does not answer.',
  'keys.ids': 'Key ids (kid)',
  'keys.none': 'none',
  'keys.age': 'Fetched',
  'keys.ageValue': '{duration} ago',
  'keys.next': 'Next fetch',
  'keys.nextValue': 'in {duration}',
  'keys.now': 'under way',
  'keys.refetch': 'For an unknown key',
  'keys.refetchNow': 'at once',
  'keys.error': 'Last fetch',
  'keys.errorValue': 'failed ({failures} in a row): {error}',

  'demo.heading': "The demo issuer's levers",
  'demo.warning': 'Only the demo issuer has these. Not for production.',
  'demo.issuer': 'The issuer to work on',
  'demo.rotateHint':
    'Sequence replaces its key in one cut: tokens signed by the old key are worthless at once, as soon as the backend has seen the new key.',
  'demo.sameKid': "Keep the key's id (kid), so that only the signature tells",
  'demo.rotate': 'Rotate the key',
  'demo.rotated':
    'The issuer has a new key: `{kid}`. Get a fresh token and verify it: the backend meets a key that it does not know and asks the issuer, {often}; its keys, shown live, tell when. Is the token refused? Then wait that long and verify again.',
  'demo.rotatedSameKid':
    'The issuer has a new key under the same id: `{kid}`. Get a fresh token and verify it: its signature does not fit the old key, so it is refused, and that makes the backend fetch the keys, {often}; its keys, shown live, tell when. Then verify again.',
  'demo.failure': 'What the issuer answers when it is asked for its keys',
  'demo.set': 'Set',
  'demo.failureHint':
    'You will see that tokens are verified all the same: the keys at hand serve on for 24 hours. The backend notices at its next fetch; to bring one about, rotate the key and verify a fresh token.',
  'demo.failureSet': "The issuer's key endpoint now: {mode}",
  'demo.failed': 'The demo issuer did not do it: {problem}',
  'failure.none': 'Its keys, as it should',
  'failure.unavailable': '500: its key service is down',
  'failure.hang': 'Nothing, until the backend gives up',
  'failure.garbage': '200 with HTML, like a proxy in between',
  'failure.empty': 'A set without a key',

  'refusal.MissingToken': 'The request brought no token.',
  'refusal.RepeatedAuthorization':
    "The request has two Authorization headers. Which one is meant is anybody's guess, so neither is used.",
  'refusal.MalformedAuthorization':
    'The Authorization header says Bearer, but what follows cannot be a token.',
  'refusal.RepeatedTokenHeader':
    'The header for the token came twice. Two readers might pick different ones.',
  'refusal.MalformedTokenHeader': 'The header for the token holds what cannot be a token.',
  'refusal.RepeatedTokenCookie':
    'Two cookies have the name of the one for the token. One of them may have been set by another host.',
  'refusal.MalformedTokenCookie':
    'The cookie for the token holds what cannot be a token, or it comes among more than 16 KiB of cookies.',
  'refusal.RepeatedTokenProtocol': 'Two WebSocket subprotocols hold a token.',
  'refusal.MalformedTokenProtocol':
    'The WebSocket subprotocol for the token holds what cannot be a token, or there are more than 16 KiB of them.',
  'refusal.MalformedBody': 'The body says that it is JSON, and is none.',
  'refusal.RepeatedTokenField':
    'The body has more than one token field: sequenceToken twice, say, or idToken beside it. Two readers might pick different ones.',
  'refusal.TokenFieldNotString': 'The token field of the body is there, but is not a string.',
  'refusal.BodyInterrupted': 'The request broke off before its end.',
  'refusal.BodyTooLarge': 'The body is larger than the backend reads in search of a token (64 KiB).',
  'refusal.BodyTimeout': 'The body took too long to arrive.',
  'refusal.TokenTooLarge': 'The token is far larger than any that Sequence issues.',
  'refusal.MalformedToken':
    'It does not look like a token: three parts of base64url with a dot between them.',
  'refusal.HeaderTooLarge': 'The first part of the token is far larger than any that Sequence writes.',
  'refusal.MalformedHeader': 'The first part of the token is not a proper JSON object.',
  'refusal.UnsupportedAlgorithm':
    "The token names a way of signing that this backend does not accept. That is an old trick: with none, or with a key of the forger's choice, anybody could sign. So each issuer has one algorithm that counts, whatever the token says: RS256 for Embedded Wallet, ES256 for OMS Wallet.",
  'refusal.UnsupportedType': 'The token says that it is something other than a JWT.',
  'refusal.UnsupportedExtension':
    'The token asks for rules that the backend does not know. To ignore them would be guessing.',
  'refusal.MissingKeyId': 'The token does not say which key signed it.',
  'refusal.UnknownKey':
    'The token names a key that the backend does not have. Either the issuer has just replaced its key, or the token is from somewhere else.',
  'refusal.KeysUnavailable':
    'The backend has no keys that it can trust right now, so it can judge no token. The token itself may be fine.',
  'refusal.InvalidSignature':
    'The signature does not fit: the token was changed after it was signed, or another key signed it. This is the check that makes a token believable.',
  'refusal.MalformedClaims': 'The claims are not a JSON object in which each name comes once.',
  'refusal.InvalidIssuer': 'Somebody else issued the token, or another environment of Sequence.',
  'refusal.InvalidAudience':
    "The token is for another project. Otherwise any game's token would open every other game.",
  'refusal.InvalidExpiry': 'The token does not say, or not properly, when it expires.',
  'refusal.Expired':
    'The token has expired. Those of Embedded Wallet are valid for ten minutes; for OMS Wallet the client chooses how long.',
  'refusal.LifetimeTooLong': 'The token is valid for longer than this backend accepts: 24 hours by default.',
  'refusal.InvalidIssuedAt': 'The token does not say, or not properly, when it was issued.',
  'refusal.IssuedInFuture': "By the backend's clock, the token was issued in the future.",
  'refusal.InvalidNotBefore': 'The token does not say properly from when on it is valid.',
  'refusal.NotYetValid': "By the backend's clock, the token is not valid yet.",
  'refusal.InvalidAuthTime':
    'The token does not say properly when the player signed in, or that time is in the future.',
  'refusal.InvalidSubject':
    "The token is not for a wallet: its subject is not an address, or, for OMS Wallet, not a wallet's id.",
  'refusal.InvalidWalletAddress': 'The token does not say, or not properly, which address the wallet has.',
  'refusal.UnsupportedWalletType':
    'The token is for a wallet of another kind than Ethereum, such as Solana. It has no address that this backend could tell the player by.',
  'refusal.InvalidEmail':
    'The token has an email claim, but it is not a string, is longer than 320 bytes or holds control characters.',
  'refusal.MissingEmail':
    'The token is genuine, but has no email: guests have none, and this backend asks for one.',
  'refusal.InvalidNonce': 'The token has a nonce claim, but it is not a string.',
  'refusal.InvalidIdentity': 'What the token says about how the player signed in is malformed.',
  'refusal.UntrustedTimes':
    'This backend relies on when a token was issued, or when the player signed in. OMS Wallet does not say who writes those times into its tokens: it may be the client. So its tokens are refused here.',
  'refusal.TokenTooOld': 'The token is genuine, but this backend asks for a younger one.',
  'refusal.MissingAuthTime':
    'The token does not say when the player signed in, and this backend asks for a recent sign-in.',
  'refusal.SessionTooOld': 'The player signed in to the wallet longer ago than this backend allows.',
  'refusal.MissingNonce':
    'The token has no nonce, and this backend asks for one of its own: without it, a copy of the token could be sent again.',
  'refusal.ForeignNonce': 'The nonce of the token is none that this backend issued.',
  'refusal.MissingBinding':
    'The nonce belongs to one browser. The cookie or header that tells which is missing, comes twice or is too long.',
  'refusal.OtherBinding':
    'The nonce was issued for another browser. Otherwise an attacker could sign somebody in as the attacker.',
  'refusal.NonceIssuedInFuture': "By the backend's clock, the nonce was issued in the future.",
  'refusal.ExpiredNonce': 'The nonce has expired.',
  'refusal.OtherScope':
    'Another process of this backend issued the nonce, or this one before it was restarted, and this one cannot know whether it was used.',
  'refusal.UsedNonce': 'The nonce was used before. This is where a copied token ends.',
  'refusal.UsedToken': 'The token was used before, and this backend accepts each once.',
  'refusal.CrossSiteCookie':
    'The browser sent the cookie by itself, with a request that another site made. That is how a page acts in the name of its visitor, so it is refused.',
  'refusal.UnknownPlayer': 'Nothing is wrong with the token. The application knows nothing of this player.',
  'refusal.LoadFailed':
    'The application could not load what it knows of this player. The token itself may be fine.',
  'refusal.NotAuthorized':
    'Nothing is wrong with the token. It is the application that does not let this player in.',
  'refusal.OneTimeStoreUnavailable':
    'The backend cannot record right now that the token is used, so it lets nobody in. The token itself may be fine.',
  'refusal.OneTimeStoreFull':
    'The backend remembers so many uses that it has no room for another one right now. The token itself may be fine.',
  'refusal.OneTimeShareUsed':
    'This wallet has signed in so often that the backend keeps no more of its uses for now. Other players are not affected.',

  'cure.sendToken':
    'Sign in, get an ID token and send it: as `Authorization: Bearer …`, or as the field `sequenceToken` (for OMS Wallet, `idToken`) of a JSON body with `Content-Type: application/json`.',
  'cure.fixRequest':
    'Mend the code that makes the request: one token, in one place, in well-formed JSON or one header. A proxy in between may have added something too.',
  'cure.ownSite':
    "Make the request from the backend's own pages. A proxy in between has to pass on the `Host` that the browser named.",
  'cure.wholeToken':
    'Send the token exactly as `getIdToken()` returned it: all of it, with nothing in front, behind or in between.',
  'cure.sendAgain':
    'Send the request again. If it happens often, look at the connection and at the proxies in between.',
  'cure.useHeader':
    'Send the token in the Authorization header; the body is then left alone. Or raise `body_limit`.',
  'cure.otherToken':
    'Sequence does not issue such tokens. Get one from `getIdToken()`, and find out who made this one.',
  'cure.trustedWallet':
    'Send the token exactly as the SDK of the wallet returned it. If it is from a wallet that this backend does not know yet, let the backend trust its issuer, too: `SequenceAuthLayer::or`.',
  'cure.waitForKey':
    "With a fresh token this cures itself: the backend asks the issuer for its keys again, {often}; its keys, shown live, tell when. Wait that long and verify again. If your token is older than the issuer's last rotation, get a new one.",
  'cure.waitForKeys':
    'Wait and send the same request again. It is for the operator to look: `GET /healthz` says why the keys cannot be fetched.',
  'cure.untouchedToken':
    'Send the token untouched. If you did, the issuer may have changed its key, and the backend asks for the new one ({often}): get a fresh token, and try again in a while.',
  'cure.sameEnvironment':
    "Let front end and backend use the same environment of Sequence. `SequenceAuthLayer::from_config_key` takes it from the front end's `waasConfigKey`. For OMS Wallet, the issuer that the backend trusts has to equal the token's `iss`.",
  'cure.sameProject':
    'Let front end and backend use the same project id. `also_project` accepts tokens of a second one.',
  'cure.freshToken':
    'Get a fresh token and send it soon: front ends ask `getIdToken()` anew for each sign-in at your backend.',
  'cure.shorterLifetime':
    'Get a token that is valid for a shorter time (at OMS Wallet, `ttlSeconds`), or raise `max_token_lifetime` on the builder.',
  'cure.shareStore':
    'Ask for a new nonce and try again. If the backend has several processes, it is for the operator to give them one store that they share: `NoncesBuilder::store`.',
  'cure.signInLess':
    'Wait and sign in less often: one token serves for ten minutes. It is for the operator to raise `MemoryStore::max_per_wallet` where players need more.',
  'cure.setClock':
    'Set the clocks: run NTP on the backend. 30 seconds of difference are allowed for; `leeway` changes that.',
  'cure.signInByEmail': 'Sign in by email. If guests are welcome, set `EmailPolicy::Optional` on the layer.',
  'cure.signInAgain': 'Sign out of the wallet, sign in again and get a fresh token.',
  'cure.ethereumWallet': 'Get a token for an Ethereum wallet of the player.',
  'cure.relyOnOther':
    'It is for the operator: `max_token_age`, `max_session_age` and `once` let no token of OMS Wallet in. `max_token_lifetime` bounds how long a token lives, and `with_nonces` lets each pass once.',
  'cure.askNonce':
    'Ask the backend for a new nonce, get a token with it (`getIdToken({ nonce })`), and send that soon, from the same browser.',
  'cure.sendBinding': 'Send the cookie or header that the nonce was issued for, exactly once.',
  'cure.askOperator':
    'Sign in with another account, or ask the operator. The rule is in `authorize` or `authorize_async` of the layer.',
  'cure.waitForStore':
    'Wait and send the same request again. If its nonce turns out to be used, ask for a new one. It is for the operator to look after the store.'
}
