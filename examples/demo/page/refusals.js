// Every refusal of the layer, by its fixed text (`error_description`): which check it failed, and what
// helps against it. The words are in the files of the languages.

/** The checks, in their order. */
export const CHECKS = ['request', 'form', 'key', 'signature', 'claims', 'policy']

/** Where the layer looks for tokens follows. */
const MISSING_TOKEN = 'no ID token was sent'

const REFUSALS = {
  'no ID token was sent': ['MissingToken', 'request', 'sendToken'],
  'more than one Authorization header was sent': ['RepeatedAuthorization', 'request', 'fixRequest'],
  'the Authorization header holds no well-formed token': ['MalformedAuthorization', 'request', 'wholeToken'],
  'the header for the token was sent more than once': ['RepeatedTokenHeader', 'request', 'fixRequest'],
  'the header for the token holds no well-formed token': ['MalformedTokenHeader', 'request', 'wholeToken'],
  'the cookie for the token was sent more than once': ['RepeatedTokenCookie', 'request', 'fixRequest'],
  'the cookie for the token holds no well-formed token, or there are too many cookies': [
    'MalformedTokenCookie',
    'request',
    'wholeToken'
  ],
  'more than one subprotocol for the token was sent': ['RepeatedTokenProtocol', 'request', 'fixRequest'],
  'the subprotocol for the token holds no well-formed token, or there are too many of them': [
    'MalformedTokenProtocol',
    'request',
    'wholeToken'
  ],
  'the body is not valid JSON': ['MalformedBody', 'request', 'fixRequest'],
  'the body holds more than one token field': ['RepeatedTokenField', 'request', 'fixRequest'],
  'the token field of the body is not a string': ['TokenFieldNotString', 'request', 'fixRequest'],
  'the body could not be read to its end': ['BodyInterrupted', 'request', 'sendAgain'],
  'the body is too large': ['BodyTooLarge', 'request', 'useHeader'],
  'the body did not arrive in time': ['BodyTimeout', 'request', 'sendAgain'],
  'the token is larger than 8192 bytes': ['TokenTooLarge', 'form', 'wholeToken'],
  'the token is not three parts of unpadded base64url': ['MalformedToken', 'form', 'wholeToken'],
  'the header of the token is larger than 1024 bytes': ['HeaderTooLarge', 'form', 'otherToken'],
  'the header of the token is malformed': ['MalformedHeader', 'form', 'wholeToken'],
  'the algorithm (alg) of the token is not one that this service accepts': [
    'UnsupportedAlgorithm',
    'form',
    'trustedWallet'
  ],
  'the type (typ) of the token is not JWT': ['UnsupportedType', 'form', 'otherToken'],
  'the token asks for an extension that is not supported': ['UnsupportedExtension', 'form', 'otherToken'],
  'the token does not name its key (kid)': ['MissingKeyId', 'form', 'otherToken'],
  'the token names a key (kid) that the issuer does not publish': ['UnknownKey', 'key', 'waitForKey'],
  'the keys to verify tokens are not available, try again later': ['KeysUnavailable', 'key', 'waitForKeys'],
  'the signature of the token is invalid': ['InvalidSignature', 'signature', 'untouchedToken'],
  'the claims of the token are malformed': ['MalformedClaims', 'claims', 'otherToken'],
  'the issuer (iss) of the token is missing, malformed or another one': [
    'InvalidIssuer',
    'claims',
    'sameEnvironment'
  ],
  'the audience (aud) of the token is missing, malformed or another project': [
    'InvalidAudience',
    'claims',
    'sameProject'
  ],
  'the expiry (exp) of the token is missing or malformed': ['InvalidExpiry', 'claims', 'otherToken'],
  'the token has expired (exp)': ['Expired', 'claims', 'freshToken'],
  'the lifetime (exp) of the token is longer than this service accepts': [
    'LifetimeTooLong',
    'claims',
    'shorterLifetime'
  ],
  'the issue time (iat) of the token is missing or malformed': ['InvalidIssuedAt', 'claims', 'otherToken'],
  'the token was issued in the future (iat)': ['IssuedInFuture', 'claims', 'setClock'],
  'the start time (nbf) of the token is malformed': ['InvalidNotBefore', 'claims', 'otherToken'],
  'the token is not valid yet (nbf)': ['NotYetValid', 'claims', 'setClock'],
  'the sign-in time (auth_time) of the token is malformed or in the future': [
    'InvalidAuthTime',
    'claims',
    'setClock'
  ],
  'the subject (sub) of the token is missing or is not a wallet': ['InvalidSubject', 'claims', 'otherToken'],
  'the wallet address (wallet_address) of the token is missing or malformed': [
    'InvalidWalletAddress',
    'claims',
    'otherToken'
  ],
  'the wallet type (wallet_type) of the token is not ethereum': [
    'UnsupportedWalletType',
    'claims',
    'ethereumWallet'
  ],
  'the email claim of the token is malformed': ['InvalidEmail', 'claims', 'otherToken'],
  'the token has no email claim, and this service requires one': ['MissingEmail', 'policy', 'signInByEmail'],
  'the nonce claim of the token is malformed': ['InvalidNonce', 'claims', 'otherToken'],
  'the identity claim of the token is malformed': ['InvalidIdentity', 'claims', 'otherToken'],
  'this service relies on the times (iat, auth_time) of a token, which this issuer does not vouch for': [
    'UntrustedTimes',
    'policy',
    'relyOnOther'
  ],
  'the token was issued too long ago (iat) for this service': ['TokenTooOld', 'policy', 'freshToken'],
  'the token has no sign-in time (auth_time), and this service requires one': [
    'MissingAuthTime',
    'policy',
    'otherToken'
  ],
  'the player signed in too long ago (auth_time) for this service': [
    'SessionTooOld',
    'policy',
    'signInAgain'
  ],
  'the token has no nonce claim, and this service requires one': ['MissingNonce', 'policy', 'askNonce'],
  'the nonce of the token was not issued by this service': ['ForeignNonce', 'policy', 'askNonce'],
  'what the nonce is bound to, a cookie or header, is missing, repeated or too long': [
    'MissingBinding',
    'policy',
    'sendBinding'
  ],
  'the nonce of the token was issued for another browser': ['OtherBinding', 'policy', 'askNonce'],
  'the nonce of the token was issued in the future': ['NonceIssuedInFuture', 'policy', 'setClock'],
  'the nonce of the token has expired': ['ExpiredNonce', 'policy', 'askNonce'],
  'the nonce of the token was issued by another instance of this service': [
    'OtherScope',
    'policy',
    'shareStore'
  ],
  'the nonce of the token was used before': ['UsedNonce', 'policy', 'askNonce'],
  'the token was used before, and this service accepts each once': ['UsedToken', 'policy', 'freshToken'],
  'the token is in a cookie, and another site made the request': ['CrossSiteCookie', 'request', 'ownSite'],
  'the token is valid, but this service does not know its player': ['UnknownPlayer', 'policy', 'askOperator'],
  'what this service knows of the player cannot be loaded, try again later': [
    'LoadFailed',
    'policy',
    'waitForStore'
  ],
  'the token is valid, but does not give access to this service': ['NotAuthorized', 'policy', 'askOperator'],
  'the use of the token cannot be recorded, try again later': [
    'OneTimeStoreUnavailable',
    'policy',
    'waitForStore'
  ],
  'too many uses of tokens are recorded at the moment, try again later': [
    'OneTimeStoreFull',
    'policy',
    'waitForStore'
  ],
  'too many uses by this wallet are recorded at the moment, try again later': [
    'OneTimeShareUsed',
    'policy',
    'signInLess'
  ]
}

/** The refusal that a text tells of; null for a text that this page does not know. */
export function refusalOf(description) {
  const text = description?.startsWith(MISSING_TOKEN) ? MISSING_TOKEN : description
  if (!Object.hasOwn(REFUSALS, text)) {
    return null
  }
  const [kind, check, cure] = REFUSALS[text]
  return { kind, check, cure }
}
