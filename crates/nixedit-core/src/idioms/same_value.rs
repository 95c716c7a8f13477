//! The proof of a rewriting: options come to the same as before, on every host.

use super::table_proof;
use crate::plan::{Expect, Plan, Target};
use crate::project::Project;
use crate::syntax::attr_path::AttrPath;

/// A value in words that are always JSON and tell most values apart: packages by their derivation, of sets
/// with very many attributes (a set of kernel packages) only the names and the kernel. What fails is null.
const SHOW: &str = "let \
    tried = v: let t = builtins.tryEval v; in if t.success then t.value else null; \
    named = v: let drv = tried v.drvPath; in if drv == null then tried (v.name or null) else drv; \
    show = d: v: \
    if builtins.isFunction v then \"function\" \
    else if builtins.isPath v then baseNameOf v \
    else if builtins.isList v then map (show d) v \
    else if !builtins.isAttrs v then v \
    else if v ? drvPath then named v \
    else if d == 0 || builtins.length (builtins.attrNames v) > 40 then [ (builtins.attrNames v) (if v ? kernel.drvPath then named v.kernel else null) ] \
    else builtins.mapAttrs (_: x: show (d - 1) (tried x)) v; \
    in show 3";

/// Adds a question for each option and each host that has the file.
pub(super) fn prove(project: &Project, file: &str, options: &[AttrPath], plan: &mut Plan) {
    for host in project.hosts().unwrap_or_default() {
        for option in options {
            let Some(asked) = table_proof::question(project, &host, file, option, Expect::Same) else { continue };
            plan.targets.push(Target { question: format!("{SHOW} ({} or null)", asked.question), ..asked });
        }
    }
}
