//! The layer in a gRPC server of tonic, and a client of it, in one process and offline.
//!
//! `cargo run --example grpc` makes a unary and a streaming call, with a token and without, and prints:
//!
//! ```text
//! GetWallet with a token: 0x52908400098527886E0F7030069857D2E4169EE7 of player@example.com
//! ListItems with a token: player@example.com's sword, player@example.com's shield
//! GetWallet without a token: Unauthenticated, no ID token was sent, …
//! ListItems without a token: Unauthenticated, no ID token was sent, …
//! ```

#[allow(unreachable_pub, unused_qualifications, reason = "it is generated")]
#[path = "grpc/wallet.rs"]
mod wallet;

use std::time::SystemTime;

use sequence_auth::{SequenceClaims, testing::LocalIssuer};
use tokio::{
    net::TcpListener,
    sync::mpsc::{self, Sender},
    time::timeout,
};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{
    Request, Response, Status,
    metadata::AsciiMetadataValue,
    transport::{Channel, Endpoint, Server, server::TcpIncoming},
};
use tower::BoxError;
use wallet::{
    GetWalletRequest, Item, ListItemsRequest, Wallet,
    wallet_service_client::WalletServiceClient,
    wallet_service_server::{WalletService, WalletServiceServer},
};

type Client = WalletServiceClient<Channel>;

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let issuer = LocalIssuer::new();
    let server = Server::builder()
        .layer(issuer.layer(13639)) // yours: SequenceAuthLayer::new(project_id)
        .add_service(WalletServiceServer::new(Wallets));

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let endpoint = Endpoint::try_from(format!("http://{}", listener.local_addr()?))?;
    tokio::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));

    let mut client = Client::new(endpoint.connect().await?);
    let mut bearer: AsciiMetadataValue = format!("Bearer {}", issuer.token().mint()).parse()?;
    bearer.set_sensitive(true);
    for (name, bearer) in [("with a token", Some(&bearer)), ("without a token", None)] {
        let wallet = get_wallet(&mut client, bearer).await;
        println!("GetWallet {name}: {}", in_words(wallet));
        let items = list_items(&mut client, bearer).await;
        println!("ListItems {name}: {}", in_words(items));
    }
    Ok(())
}

/// The server's side, which is called with verified claims only.
struct Wallets;

#[tonic::async_trait]
impl WalletService for Wallets {
    type ListItemsStream = ReceiverStream<Result<Item, Status>>;

    async fn get_wallet(
        &self,
        request: Request<GetWalletRequest>,
    ) -> Result<Response<Wallet>, Status> {
        let claims = claims(&request)?;
        Ok(Response::new(Wallet {
            address: claims.wallet().to_string(),
            email: claims.email().unwrap_or_default().to_owned(),
        }))
    }

    async fn list_items(
        &self,
        request: Request<ListItemsRequest>,
    ) -> Result<Response<Self::ListItemsStream>, Status> {
        let claims = claims(&request)?.clone();
        let (sender, items) = mpsc::channel(16);
        tokio::spawn(async move {
            // The layer only checked the token once, before the first item.
            let left = claims.expires_at().duration_since(SystemTime::now());
            let sending = send_items(&claims, &sender);
            if timeout(left.unwrap_or_default(), sending).await.is_err() {
                let expired = Status::unauthenticated("the token has expired");
                let _ = sender.send(Err(expired)).await;
            }
        });
        Ok(Response::new(ReceiverStream::new(items)))
    }
}

async fn send_items(claims: &SequenceClaims, sender: &Sender<Result<Item, Status>>) {
    let player = claims.email().unwrap_or_default();
    for item in ["sword", "shield"] {
        let name = format!("{player}'s {item}");
        if sender.send(Ok(Item { name })).await.is_err() {
            return;
        }
    }
}

fn claims<T>(request: &Request<T>) -> Result<&SequenceClaims, Status> {
    let claims = request.extensions().get();
    claims.ok_or_else(|| Status::internal("the layer is missing"))
}

async fn get_wallet(
    client: &mut Client,
    bearer: Option<&AsciiMetadataValue>,
) -> Result<String, Status> {
    let request = request(GetWalletRequest {}, bearer);
    let wallet = client.get_wallet(request).await?.into_inner();
    Ok(format!("{} of {}", wallet.address, wallet.email))
}

async fn list_items(
    client: &mut Client,
    bearer: Option<&AsciiMetadataValue>,
) -> Result<String, Status> {
    let request = request(ListItemsRequest {}, bearer);
    let mut items = client.list_items(request).await?.into_inner();
    let mut names = Vec::new();
    while let Some(item) = items.message().await? {
        names.push(item.name);
    }
    Ok(names.join(", "))
}

fn request<T>(message: T, bearer: Option<&AsciiMetadataValue>) -> Request<T> {
    let mut request = Request::new(message);
    if let Some(bearer) = bearer {
        let metadata = request.metadata_mut();
        metadata.insert("authorization", bearer.clone());
    }
    request
}

fn in_words(outcome: Result<String, Status>) -> String {
    match outcome {
        Ok(answer) => answer,
        Err(status) => format!("{:?}, {}", status.code(), status.message()),
    }
}
