//! nginx with `auth_request`, and PHP-FPM behind it.
//!
//! [`guide::proxies`](super) describes the server `forward_auth` and the headers that the backend receives.
//!
//! # nginx
//!
//! nginx cannot delete headers by a prefix. And the default server of an address, perhaps in another file, decides whether
//! nginx drops names with an underscore. So the backend receives only the headers that are listed here. Add those that
//! yours needs in the same place.
//!
//! ```text
//! # Include this file in nginx's http block, for instance from conf.d.
//! #
//! #   127.0.0.1:8080  this server: put it behind TLS, or give it TLS
//! #   127.0.0.1:3000  the example forward_auth; only this proxy may reach it
//! #   127.0.0.1:8000  your backend; only this proxy may reach it
//! #
//! # The backend identifies the player by X-Wallet-Address; a request without it, or with an empty one, has no player. So
//! # a client must not be able to send that header itself. nginx cannot delete headers by a prefix. And the default
//! # server of an address, perhaps in another file, decides whether nginx drops X_Wallet_Address, which many backends read
//! # as the same name. So the backend receives only the headers that are listed below.
//!
//! # Upgrades to WebSockets are passed on, upgrades to other protocols are not.
//! map $http_upgrade $wallet_upgrade {
//!     ~*^websocket$ websocket;
//!     default "";
//! }
//! map $wallet_upgrade $wallet_connection {
//!     websocket upgrade;
//!     default "";
//! }
//!
//! # The backend does not need the token. If the cookie of the token is repeated, all cookies are dropped.
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
//!     # The headers for the backend. Add those that yours needs here, because a proxy_set_header in a location discards all
//!     # of these. The first four are empty, and so not sent, unless a location below sets them.
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
//!     # For players: every path that is not listed as public.
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
//!     # Public.
//!     location /public/ {
//!         proxy_pass http://127.0.0.1:8000;
//!     }
//!
//!     # The subrequest: the client's headers, its method and host, and no body.
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
//!     # The responses to the client. nginx drops the body of a refusal, and turns every status but 401 and 403 into 500. To
//!     # a 401 it adds the challenge by itself.
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
//! `no-store` prevents nginx from answering a subrequest from a cache. Do not set `proxy_ignore_headers Cache-Control`, which
//! would undo that.
//!
//! # PHP-FPM
//!
//! `fastcgi_pass` does not send the headers that `proxy_set_header` sets. Leave the server block of your PHP application as
//! it is, let it `listen 127.0.0.1:8000;` only, and put the server above in front of it. PHP then reads
//! `$_SERVER['HTTP_X_WALLET_ADDRESS'] ?? ''`, and `rawurldecode($_SERVER['HTTP_X_WALLET_EMAIL'] ?? '')`. This was tried by
//! hand with PHP-FPM 8.2 and nginx 1.22.1; the tests use backends that are not PHP.
//!
//! Do **not** add `auth_request` to the `location /` of a server block for PHP. nginx serves `/index.php` by
//! `location ~ \.php$` instead, which stays open, and `fastcgi_pass` passes the client's own `X-Wallet-Address` on: every
//! client could be any player.
