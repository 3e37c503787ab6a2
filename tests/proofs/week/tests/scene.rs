//! What the traffic and the events share: the world, the issuers, and what was seen.

use crate::{
    issuers::Issuer,
    judge::{Judge, Verdict},
    report::Report,
    world::{Kind, World},
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
}
