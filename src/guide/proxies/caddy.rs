//! Caddy with `forward_auth`.
//!
//! [`guide::proxies`](super) describes the server `forward_auth` and the headers that the backend receives.
//!
//! In several versions from 2.10.0 on, `copy_headers` keeps the client's own header if the response has none
//! ([GHSA-7r4p-vjf4-gxv4](https://github.com/advisories/GHSA-7r4p-vjf4-gxv4)). Two measures prevent this: the server always
//! sends all four headers, and this `Caddyfile` deletes the client's headers first.
//!
//! ```text
//! # For Caddy 2.6 and later.
//! #
//! #   127.0.0.1:8080  this server: replace it by the name of a host, and remove bind, and Caddy gives it TLS
//! #   127.0.0.1:3000  the example forward_auth; only this proxy may reach it
//! #   127.0.0.1:8000  your backend; only this proxy may reach it
//! #
//! # The backend identifies the player by X-Wallet-Address; a request without it, or with an empty one, has no player. So
//! # a client must not be able to send that header itself.
//!
//! http://127.0.0.1:8080 {
//!     # The address above only selects requests by their host. This line selects the interface.
//!     bind 127.0.0.1
//!
//!     # A "path" matcher ignores case, and would treat /PUBLIC/ as public.
//!     @guarded not path_regexp ^/public/
//!     @websocket header_regexp Upgrade (?i)^websocket$
//!     @no_websocket not header_regexp Upgrade (?i)^websocket$
//!
//!     # These run in the order in which they are written.
//!     route {
//!         # Deletes every header with "wallet" in its name. Many backends read X_Wallet_Address, and some read
//!         # X.Wallet.Address, as X-Wallet-Address.
//!         request_header -*wallet*
//!
//!         # Caddy removes the headers that Connection names, so the client could remove a copied header. Upgrades to
//!         # WebSockets are passed on, upgrades to other protocols are not.
//!         request_header @websocket Connection Upgrade
//!         request_header @no_websocket -Connection
//!
//!         # For players: every path that is not listed as public. Caddy sends the server the method and the host.
//!         forward_auth @guarded 127.0.0.1:3000 {
//!             uri /verify
//!             copy_headers X-Wallet-Address X-Wallet-Email X-Wallet-Project X-Wallet-Issuer
//!         }
//!
//!         # The backend does not need the token.
//!         request_header -Authorization
//!         request_header -X-Sequence-Token
//!         request_header Cookie __Host-token=[^;]* __Host-token=
//!         reverse_proxy 127.0.0.1:8000
//!     }
//! }
//! ```
