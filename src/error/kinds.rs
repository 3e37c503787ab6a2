//! The macro that declares the kinds of refusals from a table.

/// Declares the kinds. A group names the class and the `error` code of its kinds. A row has one kind with its
/// documentation and its text. `(form)` marks a kind whose check runs before every byte of the token was read:
///
/// ```text
/// InvalidToken "invalid_token" {
///     /// The documentation of the variant `AuthErrorKind::MalformedToken`.
///     MalformedToken (form): "the text for the client",
/// }
/// ```
///
/// The whole responses are built at compile time: refusing a request then costs no formatting.
macro_rules! kinds {
    ($(#[$enum_doc:meta])* $($class:ident $code:literal {
        $($(#[$doc:meta])* $kind:ident $(($mark:ident))?: $description:literal,)+
    })+) => {
        $(#[$enum_doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum AuthErrorKind {
            $($($(#[$doc])* $kind,)+)+
        }

        impl AuthErrorKind {
            /// All kinds, in the order of their numbers.
            #[cfg(any(test, feature = "metrics"))]
            pub(crate) const ALL: &[Self] = &[$($(Self::$kind,)+)+];

            /// Returns the name of the kind in snake case, such as `missing_token` or `expired`.
            ///
            /// Metrics, events and spans use this name as `error_type` or `kind`. A released name does not change.
            ///
            /// ```
            /// use sequence_auth::AuthErrorKind;
            ///
            /// assert_eq!(AuthErrorKind::TokenTooOld.as_str(), "token_too_old");
            /// ```
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $($(Self::$kind => {
                        const NAME: [u8; snake_case_len(stringify!($kind))] = snake_case(stringify!($kind));
                        match str::from_utf8(&NAME) {
                            Ok(name) => name,
                            Err(_) => "",
                        }
                    })+)+
                }
            }

            pub(crate) fn class(self) -> Class {
                match self {
                    $($(Self::$kind)|+ => Class::$class,)+
                }
            }

            pub(crate) fn description(self) -> &'static str {
                match self {
                    $($(Self::$kind => $description,)+)+
                }
            }

            /// Returns `true` if a token was refused for its parts or its header, before every byte of it was read.
            pub(crate) fn leaves_form_open(self) -> bool {
                match self {
                    $($(Self::$kind => is_marked!($($mark)?),)+)+
                }
            }

            /// Returns the JSON body of the response.
            pub(crate) fn document(self) -> &'static str {
                match self {
                    $($(Self::$kind => concat!(
                        r#"{"error":""#, $code, r#"","error_description":""#, $description, r#""}"#
                    ),)+)+
                }
            }

            /// Returns the challenge (RFC 6750 §3) for a client that sent credentials.
            pub(crate) fn challenge(self) -> HeaderValue {
                match self {
                    $($(Self::$kind => const {
                        HeaderValue::from_static(concat!(
                            r#"Bearer realm="sequence", error=""#, $code,
                            r#"", error_description=""#, $description, r#"""#
                        ))
                    },)+)+
                }
            }
        }

        impl Class {
            pub(crate) fn code(self) -> &'static str {
                match self {
                    $(Self::$class => $code,)+
                }
            }
        }
    };
}

macro_rules! is_marked {
    (form) => {
        true
    };
    () => {
        false
    };
}

pub(super) use {is_marked, kinds};
