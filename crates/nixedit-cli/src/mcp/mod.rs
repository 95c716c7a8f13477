//! The same operations over the Model Context Protocol, on standard input and output.
//!
//! Few tools and small answers: what a program pays for is bytes. A request becomes a [`call`] on a thread of its
//! own, told apart from the protocol, which is the official SDK's.

mod answer;
mod arguments;
mod call;
mod corrected;
mod listener;
mod look;
mod server;
mod tools;

use crate::cli::Global;
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use rmcp::ServiceExt;
use server::Server;

/// Serves until the client closes standard input. `allow_apply`: whether hosts may be deployed.
pub fn serve(global: &Global, allow_apply: bool) -> Result<()> {
    let broken = |why: String| Diagnostic::new(Code::FileIo, format!("the MCP server stopped: {why}"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(|error| broken(error.to_string()))?;
    let ended = runtime.block_on(async {
        let service = Server::new(global.clone(), allow_apply).serve(rmcp::transport::stdio()).await.map_err(|e| e.to_string())?;
        service.waiting().await.map_err(|error| error.to_string())
    });
    // A call that is still running is stopped by the end of the process; nothing is half written.
    runtime.shutdown_background();
    ended.map(drop).map_err(broken)
}
