//! Traefik with ForwardAuth.
//!
//! [`guide::proxies`](super) describes the server `forward_auth` and the headers that the backend receives.
//!
//! In `traefik.yml`:
//!
//! ```text
//! # For Traefik 3.7.12 and later: earlier versions lack aliasHeadersStrategy. The routes are in traefik-routes.yml.
//! #
//! #   127.0.0.1:8080  this proxy: put it behind TLS, or give it TLS
//! #   127.0.0.1:8082  this proxy, for its own subrequests: see forget-wallet in the routes
//!
//! entryPoints:
//!   web:
//!     address: 127.0.0.1:8080
//!     http:
//!       # Many backends read X_Wallet_Address, and some read X.Wallet.Address, as X-Wallet-Address. This drops every
//!       # header whose name has characters other than letters, digits and -.
//!       aliasHeadersStrategy: delete
//!       # Traefik chooses a route by the undecoded path, so /public/..%2fprivate would be public. Many backends decode
//!       # it to /private.
//!       encodedCharacters:
//!         allowEncodedSlash: false
//!         allowEncodedBackslash: false
//!         allowEncodedNullCharacter: false
//!
//!   ping:
//!     address: 127.0.0.1:8082
//!
//! ping:
//!   entryPoint: ping
//!
//! providers:
//!   file:
//!     filename: traefik-routes.yml
//! ```
//!
//! In `traefik-routes.yml`:
//!
//! ```text
//! # The routes of traefik.yml.
//! #
//! #   127.0.0.1:3000  the example forward_auth; only this proxy may reach it
//! #   127.0.0.1:8000  your backend; only this proxy may reach it
//! #
//! # The backend identifies the player by X-Wallet-Address; a request without it, or with an empty one, has no player. So
//! # a client must not be able to send that header itself.
//!
//! http:
//!   routers:
//!     # For players: every path that is not listed as public.
//!     guarded:
//!       entryPoints: [web]
//!       rule: PathPrefix(`/`)
//!       middlewares: [verify, forget-token]
//!       service: backend
//!     # Public.
//!     public:
//!       entryPoints: [web]
//!       rule: PathPrefix(`/public/`)
//!       middlewares: [forget-wallet, forget-token]
//!       service: backend
//!
//!   middlewares:
//!     # Headers that match are deleted from the request, and then copied from the response. Traefik sends the server the
//!     # method and the host.
//!     verify:
//!       forwardAuth:
//!         address: http://127.0.0.1:3000/verify
//!         authResponseHeadersRegex: (?i)^X-Wallet-
//!
//!     # The same deletion for public paths. Traefik has no other way to delete headers by a prefix, so it sends a
//!     # subrequest to its own ping endpoint, which always returns 200 without such headers.
//!     forget-wallet:
//!       forwardAuth:
//!         address: http://127.0.0.1:8082/ping
//!         authRequestHeaders: [Accept]
//!         authResponseHeadersRegex: (?i)^X-Wallet-
//!
//!     # The backend does not need the token. Traefik cannot remove a single cookie, so this removes all of them. If you
//!     # delete the line for Cookie, because the backend has cookies of its own, the backend receives the token too.
//!     forget-token:
//!       headers:
//!         customRequestHeaders:
//!           Authorization: ""
//!           X-Sequence-Token: ""
//!           Cookie: ""
//!
//!   services:
//!     backend:
//!       loadBalancer:
//!         servers:
//!           - url: http://127.0.0.1:8000
//! ```
