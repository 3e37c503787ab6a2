//! A subscriber that keeps what is logged.

use std::{
    fmt::{self, Write},
    mem,
    sync::{Arc, LazyLock, Mutex},
};

use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
    subscriber::{self, DefaultGuard, Interest},
};

/// Keeps the text of every event and span of this thread, an event a line.
#[derive(Clone, Default)]
pub struct Recorder {
    text: Arc<Mutex<String>>,
    spans: Arc<Mutex<Spans>>,
    /// The target whose events and spans are filtered out.
    ignored: Option<&'static str>,
}

/// The opened spans, with their numbers as IDs, the number of handles of each, and the numbers of the entered spans.
#[derive(Default)]
struct Spans {
    opened: Vec<&'static Metadata<'static>>,
    handles: Vec<usize>,
    entered: Vec<usize>,
}

impl Recorder {
    /// Records until the guard is dropped.
    pub fn start() -> (Self, DefaultGuard) {
        Self::default().record_this_thread()
    }

    /// Records until the guard is dropped, with a filter for the events and spans of this target and the targets below
    /// it.
    pub fn start_without(target: &'static str) -> (Self, DefaultGuard) {
        let recorder = Self {
            ignored: Some(target),
            ..Self::default()
        };
        recorder.record_this_thread()
    }

    fn record_this_thread(self) -> (Self, DefaultGuard) {
        static IS_ASKED: LazyLock<bool> =
            LazyLock::new(|| subscriber::set_global_default(AskEachTime).is_ok());
        assert!(*IS_ASKED, "this process has another global subscriber");
        let guard = subscriber::set_default(self.clone());
        (self, guard)
    }

    /// Takes the events that an operator sees by default, each with its level and message first. The event with which
    /// every layer starts is left out.
    pub fn take_told(&self) -> Vec<String> {
        let mut told = self.take_all_told();
        told.retain(|line| !line.starts_with("INFO tokens of this issuer are accepted "));
        told
    }

    /// Takes the events that an operator sees by default, each with its level and message first.
    pub fn take_all_told(&self) -> Vec<String> {
        let text = mem::take(&mut *self.text.lock().unwrap());
        let events = text.lines().filter(|line| {
            let level = line.split(' ').next().unwrap_or_default();
            ["ERROR", "WARN", "INFO"].contains(&level)
        });
        events.map(str::to_owned).collect()
    }

    pub fn text(&self) -> String {
        self.text.lock().unwrap().clone()
    }

    /// Returns how many spans were opened and not closed yet.
    pub fn open_spans(&self) -> usize {
        let handles = &self.spans.lock().unwrap().handles;
        handles.iter().filter(|&&count| count > 0).count()
    }
}

impl Visit for Recorder {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let mut text = self.text.lock().unwrap();
        match field.name() {
            "message" => write!(text, "{value:?} "),
            name => write!(text, "{name}={value:?} "),
        }
        .unwrap();
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let target = metadata.target();
        self.ignored
            .is_none_or(|ignored| !target.starts_with(ignored))
    }

    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        attributes.record(&mut self.clone());
        let mut spans = self.spans.lock().unwrap();
        spans.opened.push(attributes.metadata());
        spans.handles.push(1);
        id_of(spans.opened.len() - 1)
    }

    fn clone_span(&self, id: &span::Id) -> span::Id {
        self.spans.lock().unwrap().handles[number_of(id)] += 1;
        id.clone()
    }

    fn try_close(&self, id: span::Id) -> bool {
        let handles = &mut self.spans.lock().unwrap().handles[number_of(&id)];
        *handles -= 1;
        *handles == 0
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        values.record(&mut self.clone());
    }

    fn event(&self, event: &Event<'_>) {
        let level = event.metadata().level();
        write!(self.text.lock().unwrap(), "\n{level} ").unwrap();
        event.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn enter(&self, id: &span::Id) {
        self.spans.lock().unwrap().entered.push(number_of(id));
    }

    fn exit(&self, _: &span::Id) {
        self.spans.lock().unwrap().entered.pop();
    }

    fn current_span(&self) -> tracing_core::span::Current {
        let spans = self.spans.lock().unwrap();
        match spans.entered.last() {
            Some(&number) => tracing_core::span::Current::new(id_of(number), spans.opened[number]),
            None => tracing_core::span::Current::none(),
        }
    }
}

/// Records nothing, and keeps tracing from remembering that nobody wants an event. Otherwise a thread that reaches the
/// event first, and records nothing, would silence it for the recorders of other threads.
struct AskEachTime;

impl Subscriber for AskEachTime {
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }

    fn enabled(&self, _: &Metadata<'_>) -> bool {
        false
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        id_of(0)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// An id is never zero.
fn id_of(number: usize) -> span::Id {
    span::Id::from_u64(number as u64 + 1)
}

fn number_of(id: &span::Id) -> usize {
    usize::try_from(id.into_u64() - 1).unwrap()
}
