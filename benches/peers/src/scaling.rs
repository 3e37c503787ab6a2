//! What a second thread brings.

use std::time::Instant;

use http::HeaderValue;
use peers::{Answer, Contender, Row, Scaling, Stage, requests};
use tokio::runtime::{Builder, Runtime};

use crate::turns::median;

const ROUNDS: usize = 11;
/// A server has more connections than threads.
const CONNECTIONS: usize = 16;
/// On each connection. There are more of the tokens that need not be signed.
const NEW: usize = 50;
const SEEN: usize = 500;

/// Who sends which token.
#[derive(Clone, Copy)]
enum Tokens {
    New,
    Own,
    Same,
}

/// The tokens of each connection.
type Connections = Vec<Vec<Option<HeaderValue>>>;

pub(crate) fn measure(stage: &Stage, contenders: &[Contender]) -> Vec<Scaling> {
    let (one, two) = (runtime(1), runtime(2));
    let ratios = [Tokens::New, Tokens::Own, Tokens::Same].map(|tokens| {
        let mut ratios = vec![Vec::new(); contenders.len()];
        for round in 0..ROUNDS {
            // New ones are so once only: each runtime gets its own.
            let (first, second) = (tokens.of(stage), tokens.of(stage));
            for turn in 0..contenders.len() {
                // The first place changes from round to round.
                let index = (turn + round) % contenders.len();
                let service = &*contenders[index].guarded;
                let one = per_second(&one, service, &first, tokens);
                ratios[index].push(per_second(&two, service, &second, tokens) / one);
            }
        }
        ratios.into_iter().map(median).collect::<Vec<_>>()
    });
    (0..contenders.len())
        .map(|index| Scaling {
            new: ratios[0][index],
            seen: ratios[1][index],
            same: ratios[2][index],
        })
        .collect()
}

impl Tokens {
    fn of(self, stage: &Stage) -> Connections {
        match self {
            Self::New => (0..CONNECTIONS)
                .map(|_| stage.credentials(Row::New, NEW))
                .collect(),
            Self::Own => (0..CONNECTIONS)
                .map(|_| stage.credentials(Row::Seen, SEEN))
                .collect(),
            Self::Same => vec![stage.credentials(Row::Seen, SEEN); CONNECTIONS],
        }
    }
}

/// Returns how many requests the runtime answers in a second.
fn per_second(
    runtime: &Runtime,
    service: &dyn Answer,
    connections: &Connections,
    tokens: Tokens,
) -> f64 {
    if !matches!(tokens, Tokens::New) {
        let first: Vec<_> = connections
            .iter()
            .map(|connection| connection[0].clone())
            .collect();
        runtime.block_on(service.answer(requests(&first)));
    }
    let answers: Vec<_> = connections
        .iter()
        .map(|connection| service.answer(requests(connection)))
        .collect();
    let start = Instant::now();
    let accepted = runtime.block_on(async {
        let tasks: Vec<_> = answers.into_iter().map(tokio::spawn).collect();
        let mut accepted = 0;
        for task in tasks {
            accepted += task.await.expect("it does not panic");
        }
        accepted
    });
    let seconds = start.elapsed().as_secs_f64();
    assert_eq!(accepted, connections.iter().map(Vec::len).sum::<usize>());
    accepted as f64 / seconds
}

fn runtime(threads: usize) -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(threads)
        .enable_all()
        .build()
        .expect("it has threads")
}
