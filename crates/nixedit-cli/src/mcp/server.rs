//! What the protocol asks for, handed to [`super::call`].

use super::answer::Answer;
use super::call::{self, Call};
use super::listener::Listener;
use super::tools;
use crate::cli::Global;
use nixedit_core::similar_names::near;
use nixedit_core::syntax::parse::with_large_stack;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation, ListToolsResult, PaginatedRequestParams,
    ProgressNotificationParam, ServerCapabilities, ServerConfig, Tool,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler};
use serde_json::Value;
use std::sync::Arc;
use tokio::sync::mpsc::unbounded_channel;

/// What a client is told first.
const INSTRUCTIONS: &str = "Edits NixOS flakes: finds the place, changes the fewest bytes, proves the effect by evaluation, then writes. \
Order: discover a name you are not sure of, inspect, edit (plan: true to look first), validate. On an error show its first line and stop, \
or make the call that it offers; never edit the file by other means. Every edit can be undone.";

/// One client's server.
pub struct Server {
    global: Global,
    allow_apply: bool,
}

impl Server {
    /// Calls are made as the flags of the command line say.
    pub fn new(global: Global, allow_apply: bool) -> Self {
        Self { global: Global { quiet: true, ..global }, allow_apply }
    }

    /// Refused by the protocol itself: there is no such tool.
    fn unknown(&self, name: &str) -> ErrorData {
        if name == "apply" {
            let closed = "apply changes machines; it is offered only by a server that was started with --allow-apply";
            return ErrorData::invalid_params(closed, None);
        }
        let tools = tools::all(self.allow_apply);
        let known: Vec<&str> = tools.iter().map(|tool| tool.name.as_ref()).collect();
        let mean = near(name, known.iter().copied()).first().map(|near| format!(" Did you mean {near}?")).unwrap_or_default();
        ErrorData::invalid_params(format!("there is no tool '{name}'.{mean} Tools: {}", known.join(", ")), None)
    }
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let info = Implementation::new("nixedit", env!("CARGO_PKG_VERSION"));
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build()).with_server_info(info).with_instructions(INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> std::result::Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(tools::all(self.allow_apply)))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        tools::all(self.allow_apply).into_iter().find(|tool| tool.name == name)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> std::result::Result<CallToolResponse, ErrorData> {
        if self.get_tool(&request.name).is_none() {
            return Err(self.unknown(&request.name));
        }
        let (events, mut heard) = unbounded_channel();
        let token = context.meta.get_progress_token();
        let arguments = Value::Object(request.arguments.unwrap_or_default());
        let listener = Arc::new(Listener::new(&request.name, &arguments, token.is_some().then_some(events)));
        let call = Call { tool: request.name.into_owned(), arguments, global: self.global.clone(), listener: listener.clone() };
        // Trees need a large stack, and a call may take minutes: never on the thread that reads messages.
        let mut work = tokio::task::spawn_blocking(move || with_large_stack(move || call::run(&call)));
        loop {
            tokio::select! {
                answer = &mut work => {
                    return answer.map(result).map_err(|error| ErrorData::internal_error(error.to_string(), None));
                }
                () = context.ct.cancelled(), if !listener.is_cancelled() => listener.stop(),
                Some((count, message)) = heard.recv() => if let Some(token) = token.clone() {
                    let note = ProgressNotificationParam::new(token, f64::from(count)).with_message(message);
                    // A client that has gone hears nothing more; the call ends by itself.
                    let _ = context.peer.notify_progress(note).await;
                },
            }
        }
    }
}

fn result(answer: Answer) -> CallToolResponse {
    let mut result = CallToolResult::success(vec![ContentBlock::text(answer.text)]);
    result.structured_content = Some(answer.structured);
    result.is_error = Some(answer.is_error);
    result.into()
}
