//! This crate: every default check. More than the others: the token's strict form, `iat`, the wallet's form,
//! an email that is not blank.

use tower::{Layer as _, service_fn};

use super::{Contender, inner};
use crate::Stage;

pub(super) async fn contender(stage: &Stage) -> Contender {
    let layer = stage.layer().build().expect("the settings are right");
    layer.ready().await.expect("the issuer is there");
    Contender::new(
        "sequence-auth",
        layer.layer(service_fn(inner)),
        service_fn(inner),
    )
}
