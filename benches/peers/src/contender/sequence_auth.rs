//! This crate: every default check. More than the others: the token's strict form, `iat`, the wallet's form,
//! an email that is not blank.

use sequence_auth::SequenceAuthLayerBuilder;
use tower::{Layer as _, service_fn};

use super::{Contender, inner};
use crate::Stage;

pub(super) async fn contender(stage: &Stage) -> Contender {
    with(stage.layer()).await
}

/// With the signature checked every time.
pub(super) async fn without_cache(stage: &Stage) -> Contender {
    with(stage.layer().token_cache(0)).await.variant("no cache")
}

async fn with(builder: SequenceAuthLayerBuilder) -> Contender {
    let layer = builder.build().expect("the settings are right");
    layer.ready().await.expect("the issuer is there");
    Contender::new(
        "sequence-auth",
        layer.layer(service_fn(inner)),
        service_fn(inner),
    )
}
