//! What the traffic and the events share: the world, the issuers, and what was seen.

use std::time::Instant;

use crate::{
    client::Unanswered,
    issuers::Issuer,
    judge::{Judge, Verdict},
    report::Report,
    world::{Kind, Trouble, World},
};

pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) issuers: [Issuer; 2],
    pub(crate) report: Report,
}

impl Scene {
    pub(crate) fn issuer(&self, kind: Kind) -> &Issuer {
        match kind {
            Kind::Embedded => &self.issuers[0],
            Kind::Oms => &self.issuers[1],
        }
    }

    /// Holds an answer against the model.
    pub(crate) fn judge(&self, name: &'static str, judge: &Judge<'_>, verdict: &Verdict) {
        self.report.count(name, judge, verdict, &self.world);
    }

    /// Counts a request without an answer. It is a violation, unless the instance that it was sent to has crashed.
    pub(crate) fn unanswered(&self, name: &str, request: &Unanswered) {
        let troubles = self.world.troubles(request.sent, Instant::now());
        let crash = request.instance.map(Trouble::Crash);
        if crash.is_some_and(|crash| troubles.contains(&crash)) {
            self.report.count_unanswered(&self.world);
        } else {
            let Unanswered {
                problem, instance, ..
            } = request;
            self.report.violation(
                &self.world,
                &format!("{name}: no answer of instance {instance:?}: {problem}"),
            );
        }
    }
}
