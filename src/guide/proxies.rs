//! Behind a proxy: backends in any language.
//!
//! nginx, Traefik and Caddy can ask another server about each request before they pass it on. Such a server is in the
//! repository, as `examples/forward_auth`: the layer, and two routes. With it, a backend in [PHP](#php-fpm), Python, Go or
//! Node gets the wallet of a player in a header, and verifies nothing itself.
//!
//! ```text
//! client ──────> proxy ──────> backend      X-Wallet-Address: 0x5290…9EE7
//!                  │
//!                  └─────────> forward_auth: GET /verify
//! ```
//!
//! A backend in Rust needs none of this: it takes the layer itself.
//!
//! ```sh
//! # With a demo issuer, to try it.
//! cargo run -p forward_auth
//! # Players of Embedded Wallet, also those without an email.
//! cargo run -p forward_auth -- --project-id 13639 --email-policy optional --listen 10.0.0.5:3000
//! ```
//!
//! `--help` lists the rest, OMS Wallet among it; each option is a variable of the environment, too. `GET /healthz` is 200
//! as long as there are keys. The server listens while the issuer is down, and finishes requests under way on SIGTERM. To
//! deploy it, `cargo build --release -p forward_auth` makes `target/release/forward_auth`, one file.
//!
//! # What the proxy is answered
//!
//! | status | when | with |
//! |---|---|---|
//! | 204 | the token is good | the four headers below |
//! | 401 | there is no token, or a bad one, or the credentials are malformed | the challenge (`WWW-Authenticate`), and the JSON of the refusal |
//! | 403 | the token is in a cookie, and another site made the request | the same |
//! | 503 | there are no keys to verify with | `Retry-After`, and the JSON |
//! | 500 | the proxy does not say what the request was | the JSON, which names the header |
//!
//! Only 204 lets a request pass. The JSON is in the header `X-Wallet-Refusal`, too, because nginx drops the body. A
//! malformed request, which the layer alone answers with 400, is a 401 here: nginx makes a 500 of every status but 401 and
//! 403. Everything is `no-store`.
//!
//! The token is looked for in `Authorization: Bearer`, in the header `X-Sequence-Token`, and in the cookie
//! `__Host-token`. The names of the last two can be set (`--token-header`, `--token-cookie`); then change them in the
//! configuration of the proxy, too, or the backend gets the token. A body is not read, because the proxy does not send it,
//! so that the JSON field of the official guide does not work. Neither do [nonces](crate::Nonces) and
//! [`once`](crate::SequenceAuthLayer::once): they are for the one request that signs a player in, and the proxy asks about
//! every request.
//!
//! # What the backend gets
//!
//! | header | holds |
//! |---|---|
//! | `X-Wallet-Address` | the address, in EIP-55 |
//! | `X-Wallet-Email` | the email, empty for a player without one |
//! | `X-Wallet-Project` | the project, such as `13639` or `prj_01hx` |
//! | `X-Wallet-Issuer` | the issuer of the token |
//!
//! The server always sends all four. Letters and digits of ASCII and `-` `.` `_` `~` `@` `:` `/` are themselves; every
//! other byte of the UTF-8 is `%` and two upper-case hexadecimal digits, `%` and `+` too. Any
//! percent-decoder reads them, whether or not it takes `+` for a space.
//!
//! - **Without `X-Wallet-Address`, or with an empty one, there is no player.** A header without a value does not reach the
//!   backend through nginx. The backend refuses such a request where it needs a player, on every path: then it does no harm
//!   if proxy and backend disagree about which paths are public.
//! - **Only the proxy may reach the backend and `forward_auth`.** A client that reaches the backend directly can write
//!   the headers itself.
//! - The key of a player is issuer and address, never the email.
//! - The backend does not get the token.
//!
//! # What the proxy has to do
//!
//! The configurations below do all of this. They are attacked, as they stand here, in the tests of
//! `examples/forward_auth`: in CI with nginx 1.22.1, Caddy 2.6.2 and Traefik 3.7.15. An earlier form of them was attacked
//! by hand with nginx 1.31.3 and Caddy 2.11.7, too. HTTP/2 is tried with nginx alone. TLS and HTTP/3 are untried, and so is
//! Caddy with the name of a host, where it speaks both TLS and HTTP/2.
//!
//! - **Delete every `X-Wallet-*` that the client sends**, on public paths too, and before it asks. Many backends (CGI, WSGI,
//!   PHP) read `X_Wallet_Address`, and some `X.Wallet.Address`, as the same name, so these as well.
//! - **Set `X-Forwarded-Method` and `X-Forwarded-Host`** to what the client sent. The question is a GET, perhaps with a host
//!   of its own: without them, a form of another site would be a harmless request with a cookie. The server answers 500
//!   without them, or with two of either.
//! - **Pass on `Origin`, `Sec-Fetch-Site` and `Sec-WebSocket-*`** to the server, by which it knows the requests of other
//!   sites, and WebSockets.
//! - **Guard all paths but those that are listed as public.**
//!
//! # nginx
//!
//! nginx cannot delete headers by the beginning of their names. And whether it drops names with an underscore is decided by
//! the default server of an address, which may be in another file. So the backend gets the headers that are listed; add
//! what yours needs, in the same place.
//!
//! ```text
//! # A file of its own in the http block of nginx: in conf.d, say.
//! #
//! #   127.0.0.1:8080  this server: put it behind TLS, or give it TLS
//! #   127.0.0.1:3000  the example forward_auth, which this proxy alone can reach
//! #   127.0.0.1:8000  your backend, which this proxy alone can reach
//! #
//! # The backend takes X-Wallet-Address for the player of a request: no header, or an empty one, is nobody. So no client
//! # may send it one. nginx cannot delete headers by the beginning of their names, and whether it drops X_Wallet_Address,
//! # which many backends take for the same name, is decided by the default server of an address. So the backend gets
//! # the headers that are listed below, and no others.
//!
//! # WebSockets are passed on, and no other protocol.
//! map $http_upgrade $wallet_upgrade {
//!     ~*^websocket$ websocket;
//!     default "";
//! }
//! map $wallet_upgrade $wallet_connection {
//!     websocket upgrade;
//!     default "";
//! }
//!
//! # The backend has no need of the token. Cookies among which it stands twice are not passed on at all.
//! map $http_cookie $wallet_first_cookies {
//!     "~^(?<wallet_before>.*;\s*|)__Host-token=[^;]*(;\s*)?(?<wallet_after>.*)$" "$wallet_before$wallet_after";
//!     default $http_cookie;
//! }
//! map $wallet_first_cookies $wallet_cookies {
//!     "~(^|;)\s*__Host-token=" "";
//!     default $wallet_first_cookies;
//! }
//!
//! server {
//!     listen 127.0.0.1:8080;
//!
//!     # What the backend gets. Add what yours needs here: a proxy_set_header in a location would discard all of these. The
//!     # first four are empty, and are not sent, unless a location below sets them.
//!     proxy_http_version 1.1;
//!     proxy_pass_request_headers off;
//!     proxy_set_header X-Wallet-Address $wallet_address;
//!     proxy_set_header X-Wallet-Email $wallet_email;
//!     proxy_set_header X-Wallet-Project $wallet_project;
//!     proxy_set_header X-Wallet-Issuer $wallet_issuer;
//!     proxy_set_header Host $http_host;
//!     proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
//!     proxy_set_header X-Forwarded-Proto $scheme;
//!     proxy_set_header Accept $http_accept;
//!     proxy_set_header Accept-Encoding $http_accept_encoding;
//!     proxy_set_header Accept-Language $http_accept_language;
//!     proxy_set_header Access-Control-Request-Headers $http_access_control_request_headers;
//!     proxy_set_header Access-Control-Request-Method $http_access_control_request_method;
//!     proxy_set_header Cache-Control $http_cache_control;
//!     proxy_set_header Connection $wallet_connection;
//!     proxy_set_header Content-Encoding $http_content_encoding;
//!     proxy_set_header Content-Type $http_content_type;
//!     proxy_set_header Cookie $wallet_cookies;
//!     proxy_set_header If-Match $http_if_match;
//!     proxy_set_header If-Modified-Since $http_if_modified_since;
//!     proxy_set_header If-None-Match $http_if_none_match;
//!     proxy_set_header If-Range $http_if_range;
//!     proxy_set_header If-Unmodified-Since $http_if_unmodified_since;
//!     proxy_set_header Last-Event-ID $http_last_event_id;
//!     proxy_set_header Origin $http_origin;
//!     proxy_set_header Range $http_range;
//!     proxy_set_header Referer $http_referer;
//!     proxy_set_header Sec-Fetch-Dest $http_sec_fetch_dest;
//!     proxy_set_header Sec-Fetch-Mode $http_sec_fetch_mode;
//!     proxy_set_header Sec-Fetch-Site $http_sec_fetch_site;
//!     proxy_set_header Sec-WebSocket-Extensions $http_sec_websocket_extensions;
//!     proxy_set_header Sec-WebSocket-Key $http_sec_websocket_key;
//!     proxy_set_header Sec-WebSocket-Protocol $http_sec_websocket_protocol;
//!     proxy_set_header Sec-WebSocket-Version $http_sec_websocket_version;
//!     proxy_set_header Upgrade $wallet_upgrade;
//!     proxy_set_header User-Agent $http_user_agent;
//!
//!     # For players. Everything is, unless it is listed as public.
//!     location / {
//!         auth_request /_wallet_verify;
//!         auth_request_set $wallet_address $upstream_http_x_wallet_address;
//!         auth_request_set $wallet_email $upstream_http_x_wallet_email;
//!         auth_request_set $wallet_project $upstream_http_x_wallet_project;
//!         auth_request_set $wallet_issuer $upstream_http_x_wallet_issuer;
//!         auth_request_set $wallet_challenge $upstream_http_www_authenticate;
//!         auth_request_set $wallet_refusal $upstream_http_x_wallet_refusal;
//!         auth_request_set $wallet_retry_after $upstream_http_retry_after;
//!         error_page 401 = @wallet_unauthorized;
//!         error_page 403 = @wallet_forbidden;
//!         error_page 500 = @wallet_unavailable;
//!         proxy_pass http://127.0.0.1:8000;
//!     }
//!
//!     # For everybody.
//!     location /public/ {
//!         proxy_pass http://127.0.0.1:8000;
//!     }
//!
//!     # All that the client sent but the body, with its method and host beside it.
//!     location = /_wallet_verify {
//!         internal;
//!         proxy_pass_request_headers on;
//!         proxy_pass_request_body off;
//!         proxy_set_header Content-Length "";
//!         proxy_set_header X-Forwarded-Method $request_method;
//!         proxy_set_header X-Forwarded-Host $http_host;
//!         proxy_pass http://127.0.0.1:3000/verify;
//!     }
//!
//!     # What the client is told. nginx drops the body of a refusal, and makes a 500 of each status but 401 and 403. It adds
//!     # the challenge to a 401 by itself.
//!     location @wallet_unauthorized {
//!         default_type application/json;
//!         add_header Cache-Control no-store always;
//!         return 401 $wallet_refusal;
//!     }
//!     location @wallet_forbidden {
//!         default_type application/json;
//!         add_header WWW-Authenticate $wallet_challenge always;
//!         add_header Cache-Control no-store always;
//!         return 403 $wallet_refusal;
//!     }
//!     location @wallet_unavailable {
//!         default_type application/json;
//!         add_header Retry-After $wallet_retry_after always;
//!         add_header Cache-Control no-store always;
//!         return 503 $wallet_refusal;
//!     }
//! }
//! ```
//!
//! `no-store` keeps nginx from answering a question from a cache. `proxy_ignore_headers Cache-Control` would undo that.
//!
//! # PHP-FPM
//!
//! `fastcgi_pass` does not send what `proxy_set_header` sets. Leave the server block of your PHP application as it is,
//! let it `listen 127.0.0.1:8000;` and nowhere else, and put the server above in front of it. PHP then reads
//! `$_SERVER['HTTP_X_WALLET_ADDRESS'] ?? ''`, and `rawurldecode($_SERVER['HTTP_X_WALLET_EMAIL'] ?? '')`. This was tried by
//! hand, with PHP-FPM 8.2 and nginx 1.22.1; the tests have backends that are not PHP.
//!
//! Do **not** add `auth_request` to the `location /` of a server block for PHP. nginx takes `location ~ \.php$` for
//! `/index.php` instead, which is then open, and `fastcgi_pass` passes the client's own `X-Wallet-Address` on: anybody can
//! be any player.
//!
//! # Caddy
//!
//! In several versions, from 2.10.0 on, `copy_headers` leaves the client's own header where the answer has none
//! (GHSA-7r4p-vjf4-gxv4): hence always all four, and the deletion before.
//!
//! ```text
//! # For Caddy 2.6 and later.
//! #
//! #   127.0.0.1:8080  this server: with the name of a host in its place, and no bind, Caddy gives it TLS
//! #   127.0.0.1:3000  the example forward_auth, which this proxy alone can reach
//! #   127.0.0.1:8000  your backend, which this proxy alone can reach
//! #
//! # The backend takes X-Wallet-Address for the player of a request: no header, or an empty one, is nobody. So no client
//! # may send it one.
//!
//! http://127.0.0.1:8080 {
//!     # The address above is only what the client has to ask for.
//!     bind 127.0.0.1
//!
//!     # A matcher of the kind "path" would take /PUBLIC/ for public, too.
//!     @guarded not path_regexp ^/public/
//!     @websocket header_regexp Upgrade (?i)^websocket$
//!     @no_websocket not header_regexp Upgrade (?i)^websocket$
//!
//!     # In this order.
//!     route {
//!         # Every header with this word in its name, however it is written: many backends take X_Wallet_Address, and
//!         # some X.Wallet.Address, for X-Wallet-Address.
//!         request_header -*wallet*
//!
//!         # A header that Connection names would be removed after it was copied. WebSockets are passed on, and no other
//!         # protocol.
//!         request_header @websocket Connection Upgrade
//!         request_header @no_websocket -Connection
//!
//!         # For players. Everything is, unless it is listed as public. Caddy tells the server the method and the host.
//!         forward_auth @guarded 127.0.0.1:3000 {
//!             uri /verify
//!             copy_headers X-Wallet-Address X-Wallet-Email X-Wallet-Project X-Wallet-Issuer
//!         }
//!
//!         # The backend has no need of the token.
//!         request_header -Authorization
//!         request_header -X-Sequence-Token
//!         request_header Cookie __Host-token=[^;]* __Host-token=
//!         reverse_proxy 127.0.0.1:8000
//!     }
//! }
//! ```
//!
//! # Traefik
//!
//! In `traefik.yml`:
//!
//! ```text
//! # For Traefik 3.7.12 and later: earlier ones do not know aliasHeadersStrategy. The routes are in traefik-routes.yml.
//! #
//! #   127.0.0.1:8080  this proxy: put it behind TLS, or give it TLS
//! #   127.0.0.1:8082  this proxy for itself, see forget-wallet in the routes
//!
//! entryPoints:
//!   web:
//!     address: 127.0.0.1:8080
//!     http:
//!       # Many backends take X_Wallet_Address, and some X.Wallet.Address, for X-Wallet-Address. All names with other
//!       # characters than letters, digits and - are dropped.
//!       aliasHeadersStrategy: delete
//!       # Traefik chooses a route by the path as it is written, in which /public/..%2fprivate is public. For many
//!       # backends it is /private.
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
//! #   127.0.0.1:3000  the example forward_auth, which this proxy alone can reach
//! #   127.0.0.1:8000  your backend, which this proxy alone can reach
//! #
//! # The backend takes X-Wallet-Address for the player of a request: no header, or an empty one, is nobody. So no client
//! # may send it one.
//!
//! http:
//!   routers:
//!     # For players. Everything is, unless it is listed as public.
//!     guarded:
//!       entryPoints: [web]
//!       rule: PathPrefix(`/`)
//!       middlewares: [verify, forget-token]
//!       service: backend
//!     # For everybody.
//!     public:
//!       entryPoints: [web]
//!       rule: PathPrefix(`/public/`)
//!       middlewares: [forget-wallet, forget-token]
//!       service: backend
//!
//!   middlewares:
//!     # What matches is deleted from the request, and then copied from the answer. Traefik tells the server the method
//!     # and the host.
//!     verify:
//!       forwardAuth:
//!         address: http://127.0.0.1:3000/verify
//!         authResponseHeadersRegex: (?i)^X-Wallet-
//!
//!     # The same deletion where nobody has to be asked. Nothing else in Traefik deletes by the beginning of a name: so it
//!     # asks itself, and is always answered with 200 and no such header.
//!     forget-wallet:
//!       forwardAuth:
//!         address: http://127.0.0.1:8082/ping
//!         authRequestHeaders: [Accept]
//!         authResponseHeadersRegex: (?i)^X-Wallet-
//!
//!     # The backend has no need of the token. Traefik cannot cut one cookie out of several: without the line for Cookie,
//!     # a backend that has cookies of its own gets the token, too.
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
//!
//! # What does not work
//!
//! - Tokens in a subprotocol of a WebSocket ([`subprotocol`](crate::TokenSource::subprotocol)): the server would have to
//!   take it out of what the backend sees. Use the cookie.
//! - A WebSocket goes on after the token has expired: the proxy asks once, at its start.
//! - CORS preflights on guarded paths: browsers send no token with them, so they are refused. Answer `OPTIONS` in the
//!   proxy, without passing it on.
//! - HTTP/3 to nginx, with the configuration as it stands: `$http_host` is empty there, as
//!   [known](https://github.com/nginx/nginx/issues/455) and not tried, and each guarded request is answered with 503. Take
//!   `$host` in its place, or `$host:$server_port` on a port of its own, both for `Host` and for `X-Forwarded-Host`.
//! - gRPC: a refusal is an HTTP answer and no gRPC status. Take the layer into the server.
//! - FastCGI directly behind the proxy that asks (`fastcgi_pass`, `php_fastcgi`): see [PHP-FPM](#php-fpm).
//! - A page for everybody that greets a player who is signed in: on public paths nobody is asked, so that the backend
//!   never knows the player there, and on all others a request without a token is refused. Have the page ask a guarded
//!   path for the player, by a script.
