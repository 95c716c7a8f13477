//! One file per operation: where, what, and what would prove it. No blanks, no disk, no programs.

mod activation_add;
mod activation_remove;
mod activations;
mod add_package;
mod arguments;
mod attr_changes;
mod bare_flag;
pub(crate) mod candidates;
mod cell_edit;
mod cell_value;
mod check_add;
mod check_remove;
mod derivation_add_go;
mod derivation_add_prebuilt;
mod derivation_add_script;
mod derivation_bump;
mod derivation_place;
mod derivation_promote;
mod derivation_text;
pub(crate) mod derivations;
mod file_link;
mod file_remove;
mod file_source;
mod file_text;
mod flake_outputs;
mod fmt;
mod formatter_set;
mod hm_set;
mod home_files;
mod home_program;
mod host_alike;
mod host_block;
mod host_choice;
pub(crate) mod host_condition;
mod host_copy;
mod host_enum;
mod host_files;
mod host_left;
pub(crate) mod host_modules;
mod host_output;
mod host_question;
mod host_secrets;
mod host_selector;
mod hostlist_add;
mod hostlist_remove;
mod hostlists;
mod hosts_add;
mod hosts_remove;
mod init;
mod input_add;
mod input_address;
mod input_apart;
mod input_follow;
mod input_follow_auto;
mod input_form;
mod input_lock;
mod input_pin;
mod input_prune;
mod input_remove;
mod input_set_url;
mod input_unfollow;
mod inputs_changed;
mod list_add;
mod list_remove;
mod list_replace;
mod mcp_server_disable;
mod mcp_server_enable;
mod mcp_servers;
mod module_import;
mod module_lists;
mod module_named;
mod module_new;
mod module_of_input;
mod module_of_input_gone;
mod module_unimport;
mod move_package;
mod new;
mod new_table;
mod option_declare;
mod option_enum_add;
mod option_import;
mod option_set;
mod option_type;
mod option_unset;
mod option_value;
mod overlay_add;
mod overlay_map;
mod overlay_namespace;
mod overlay_override;
mod overlay_pin;
mod overlay_remove;
mod overlay_sites;
mod overlay_spelling;
mod package_elements;
mod package_in_all;
mod package_in_file;
pub(crate) mod package_lists;
mod package_mentions;
mod package_outputs;
mod package_start;
mod perhost_add_host;
mod perhost_extract;
mod perhost_new;
mod perhost_remove_host;
mod perhost_rows;
mod perhost_set;
mod perhost_unset;
mod perhost_wire;
mod perhost_words;
mod place;
mod program_disable;
mod program_enable;
mod proof;
mod prune;
mod reader_edit;
mod registry;
mod remove_package;
mod replace_package;
mod revised_value;
mod row_bases;
mod same_value;
mod secret_add;
mod secret_entry;
mod secret_hosts;
mod secret_model;
mod secret_recipients;
mod secret_reference;
mod secret_remove;
mod secret_rules;
mod set_attributes;
mod set_elsewhere;
mod shared_option;
mod shell_hook;
mod shell_inputs_from;
mod shells;
mod skill_disable;
mod skill_enable;
mod skills;
mod spelling;
mod table_fed;
mod table_lines;
mod table_proof;
mod tables;
mod update;
mod ways;

#[cfg(test)]
mod tests;

use crate::diagnostic::Result;
use crate::operation::Operation;
use crate::plan::Plan;
use crate::project::Project;

/// What one part of an operation would change in a project that the parts before have changed; `None`
/// behind the last. Most operations have one part; those that are made of others have several.
pub fn part(project: &Project, operation: &Operation, index: usize) -> Result<Option<Plan>> {
    match operation {
        Operation::HostsAdd(args) => hosts_add::part(project, args, index),
        Operation::HostsRemove(args) => hosts_remove::part(project, args, index),
        Operation::SkillEnable(args) => skill_enable::part(project, args, index),
        Operation::McpServerEnable(args) => mcp_server_enable::part(project, args, index),
        Operation::ProgramEnable(args) => program_enable::part(project, args, index),
        whole if index == 0 => plan(project, whole).map(Some),
        _ => Ok(None),
    }
}

/// What an operation would change in a project.
fn plan(project: &Project, operation: &Operation) -> Result<Plan> {
    match operation {
        Operation::AddPackage(args) => add_package::plan(project, args),
        Operation::RemovePackage(args) => remove_package::plan(project, args),
        Operation::ReplacePackage(args) => replace_package::plan(project, args),
        Operation::ModuleImport(args) => module_import::plan(project, args),
        Operation::ModuleNew(args) => module_new::plan(project, args),
        Operation::ModuleUnimport(args) => module_unimport::plan(project, args),
        Operation::MovePackage(args) => move_package::plan(project, args),
        Operation::OptionSet(args) => option_set::plan(project, args),
        Operation::OptionUnset(args) => option_unset::plan(project, args),
        Operation::OptionDeclare(args) => option_declare::plan(project, args),
        Operation::OptionEnumAdd(args) => option_enum_add::plan(project, args),
        Operation::ListAdd(args) => list_add::plan(project, args),
        Operation::ListRemove(args) => list_remove::plan(project, args),
        Operation::ListReplace(args) => list_replace::plan(project, args),
        Operation::InputAdd(args) => input_add::plan(project, args),
        Operation::InputRemove(args) => input_remove::plan(project, args),
        Operation::InputFollow(args) => input_follow::plan(project, args),
        Operation::InputFollowAuto(args) => input_follow_auto::plan(project, args),
        Operation::InputUnfollow(args) => input_unfollow::plan(project, args),
        Operation::InputSetUrl(args) => input_set_url::plan(project, args),
        Operation::InputLock(args) => input_lock::plan(project, args),
        Operation::Update(args) => update::plan(project, args),
        Operation::OverlayOverride(args) => overlay_override::plan(project, args),
        Operation::OverlayAdd(args) => overlay_add::plan(project, args),
        Operation::OverlayNamespace(args) => overlay_namespace::plan(project, args),
        Operation::OverlayPin(args) => overlay_pin::plan(project, args),
        Operation::OverlayRemove(args) => overlay_remove::plan(project, args),
        Operation::SecretAdd(args) => secret_add::plan(project, args),
        Operation::SecretRecipients(args) => secret_recipients::plan(project, args),
        Operation::SecretRemove(args) => secret_remove::plan(project, args),
        Operation::PerhostSet(args) => perhost_set::plan(project, args),
        Operation::PerhostUnset(args) => perhost_unset::plan(project, args),
        Operation::PerhostAddHost(args) => perhost_add_host::plan(project, args),
        Operation::PerhostRemoveHost(args) => perhost_remove_host::plan(project, args),
        Operation::PerhostWire(args) => perhost_wire::plan(project, args),
        Operation::PerhostNew(args) => perhost_new::plan(project, args),
        Operation::PerhostExtract(args) => perhost_extract::plan(project, args),
        Operation::HostlistAdd(args) => hostlist_add::plan(project, args),
        Operation::HostlistRemove(args) => hostlist_remove::plan(project, args),
        Operation::ActivationAdd(args) => activation_add::plan(project, args),
        Operation::ActivationRemove(args) => activation_remove::plan(project, args),
        Operation::FileLink(args) => file_link::plan(project, args),
        Operation::FileText(args) => file_text::plan(project, args),
        Operation::FileSource(args) => file_source::plan(project, args),
        Operation::FileRemove(args) => file_remove::plan(project, args),
        Operation::DerivationAddScript(args) => derivation_add_script::plan(project, args),
        Operation::DerivationAddPrebuilt(args) => derivation_add_prebuilt::plan(project, args),
        Operation::DerivationAddGo(args) => derivation_add_go::plan(project, args),
        Operation::DerivationBump(args) => derivation_bump::plan(project, args),
        Operation::DerivationPromote(args) => derivation_promote::plan(project, args),
        Operation::FormatterSet(args) => formatter_set::plan(project, args),
        Operation::ShellInputsFrom(args) => shell_inputs_from::plan(project, args),
        Operation::ShellHook(args) => shell_hook::plan(project, args),
        Operation::CheckAdd(args) => check_add::plan(project, args),
        Operation::CheckRemove(args) => check_remove::plan(project, args),
        Operation::HmSet(args) => hm_set::plan(project, args),
        Operation::Fmt(args) => fmt::plan(project, args),
        Operation::SkillDisable(args) => skill_disable::plan(project, args),
        Operation::McpServerDisable(args) => mcp_server_disable::plan(project, args),
        Operation::ProgramDisable(args) => program_disable::plan(project, args),
        Operation::Init(args) => init::plan(project, args),
        Operation::New(args) => new::plan(project, args),
        Operation::HostsAdd(_)
        | Operation::HostsRemove(_)
        | Operation::SkillEnable(_)
        | Operation::McpServerEnable(_)
        | Operation::ProgramEnable(_) => Ok(part(project, operation, 0)?.unwrap_or_default()),
    }
}
