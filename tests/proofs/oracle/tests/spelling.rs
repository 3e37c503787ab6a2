//! The many ways to write the same JSON.

use serde_json::Value;

/// Writes JSON with white space, escapes, order and numbers as chance has it.
pub(crate) struct Speller(fastrand::Rng);

impl Speller {
    pub(crate) fn new(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    /// Writes an object with its members in any order. `is_time` selects the members whose numbers have many spellings.
    pub(crate) fn object(&mut self, value: &Value, is_time: fn(&str) -> bool) -> String {
        let mut members: Vec<_> = value.as_object().unwrap().iter().collect();
        self.0.shuffle(&mut members);
        let members: Vec<_> = members
            .into_iter()
            .map(|(name, value)| {
                let value = match value.as_u64() {
                    Some(time) if is_time(name) => self.time(time),
                    _ => self.value(value),
                };
                let (before, after) = (self.space(), self.space());
                format!(
                    "{before}{}{after}:{}{value}{}",
                    self.text(name),
                    self.space(),
                    self.space()
                )
            })
            .collect();
        format!("{}{{{}}}{}", self.space(), members.join(","), self.space())
    }

    fn value(&mut self, value: &Value) -> String {
        match value {
            Value::Object(_) => self.object(value, |_| false),
            Value::Array(items) => {
                let mut written = Vec::new();
                for item in items {
                    written.push(format!(
                        "{}{}{}",
                        self.space(),
                        self.value(item),
                        self.space()
                    ));
                }
                format!("[{}{}]", self.space(), written.join(","))
            }
            Value::String(text) => self.text(text),
            _ => value.to_string(),
        }
    }

    /// Writes a whole number with a fraction, an exponent or both (RFC 8259 §6).
    fn time(&mut self, time: u64) -> String {
        let text = time.to_string();
        let (first, rest) = text.split_at(1);
        match self.0.u8(..8) {
            0 => format!("{time}.0"),
            1 => format!("{time}.000000000"),
            2 => format!("{first}.{rest}e{}", rest.len()),
            3 => format!("{first}.{rest}0E+{}", rest.len()),
            4 => format!("{time}000e-3"),
            5 => format!("{time}E0"),
            6 => format!("0.{time}e{:02}", text.len()),
            _ => text,
        }
    }

    fn text(&mut self, text: &str) -> String {
        let share = *self.0.choice(&[0.0, 0.1, 1.0]).unwrap();
        let mut written = String::from('"');
        for character in text.chars() {
            let escaped = character < ' ' || "\"\\".contains(character) || self.0.f64() < share;
            if escaped {
                self.escape(character, &mut written);
            } else {
                written.push(character);
            }
        }
        written + "\""
    }

    fn escape(&mut self, character: char, written: &mut String) {
        let short = match character {
            '"' | '\\' | '/' => Some(character),
            '\n' => Some('n'),
            '\r' => Some('r'),
            '\t' => Some('t'),
            '\u{8}' => Some('b'),
            '\u{c}' => Some('f'),
            _ => None,
        };
        match short {
            Some(short) if self.0.bool() => written.extend(['\\', short]),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let digits = format!("{unit:04x}");
                    let upper = self.0.bool();
                    let digits = if upper { digits.to_uppercase() } else { digits };
                    written.push_str(&format!("\\u{digits}"));
                }
            }
        }
    }

    fn space(&mut self) -> &'static str {
        self.0
            .choice(&["", "", "", "", " ", "\t", "\r\n", " \n "])
            .unwrap()
    }
}
