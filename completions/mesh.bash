# Completion of mesh for bash, written by `mesh completion bash`.

_mesh_words() {
  mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -W "$1" -- "$cur")
}

_mesh_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
}

_mesh_rules() {
  _mesh_words "$(mesh rules --format concise 2>/dev/null | cut -f1)"
}

_mesh_products() {
  _mesh_words "$(mesh list --format concise 2>/dev/null | cut -f1)"
}

_mesh() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= word operands=0 i
  COMPREPLY=()
  # bash cuts `--format=json` into three words.
  if [[ $cur == = ]]; then
    cur=
  elif [[ $prev == = ]]; then
    prev=${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    case "$command:$word" in
      *:-C) i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      *:--color) i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "init:--name") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "init:--domain") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "init:--product") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "init:--team") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "init:--email") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "init:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "adopt:--name") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "adopt:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "new domain:--type") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "new domain:--team") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "new domain:--email") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "new domain:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "new product:--domain") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "new product:--team") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "new product:--email") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "new product:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "new contract:--domain") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "new contract:--product") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "new contract:--team") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "new contract:--email") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "new contract:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "validate:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "validate:-o" | "validate:--output") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "validate:--stdin-filename") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "validate:--fail-on") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "validate:--only") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "validate:--rule") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "validate:--env-file") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "validate:--schema") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "validate:-j" | "validate:--jobs") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "validate:--max-file-size") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "validate:--baseline") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "explain:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "rules:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "plan:--to") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "plan:--as") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "plan:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "plan:-j" | "plan:--jobs") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "publish:--to") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "publish:--as") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "publish:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "publish:-j" | "publish:--jobs") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "publish:--sign-key") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "status:--to") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "status:--as") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "status:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "status:-j" | "status:--jobs") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "pull:--from") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "pull:-o" | "pull:--output") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "pull:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "verify:--from") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "verify:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "verify:-j" | "verify:--jobs") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "yank:--reason") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "yank:--from") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "yank:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "unyank:--from") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "unyank:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "rollback:--to-version") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "rollback:--reason") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "rollback:--from") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "rollback:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "retire:--reason") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "retire:--replacement") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "retire:--from") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "retire:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "promote:--from") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "promote:--to") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "promote:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "index:--from") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "index:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "gc:--from") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "gc:--product") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "gc:--grace") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "gc:--max-delete") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "gc:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "trust init:--to") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "trust init:--key") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "trust init:--threshold") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "trust init:--expires") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "trust init:--sign-key") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "trust init:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "trust sign:--to") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "trust sign:--sign-key") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "trust sign:--digest") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "trust sign:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "trust show:--from") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "trust show:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "trust rotate:--to") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "trust rotate:--key") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "trust rotate:--threshold") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "trust rotate:--expires") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "trust rotate:--sign-key") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "trust rotate:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "trust revoke:--to") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "trust revoke:--reason") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "trust revoke:--expires") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "trust revoke:--sign-key") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "trust revoke:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "list:--domain") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "list:--status") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "list:--from") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "list:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "list:-j" | "list:--jobs") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "show:--environment") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "show:--from") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "show:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "show:-j" | "show:--jobs") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "search:--domain") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "search:--tag") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "search:--has-column") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "search:--classification") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "search:--status") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "search:--from") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "search:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "search:-j" | "search:--jobs") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "schema:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "doctor:--from") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "doctor:--probe") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "doctor:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "version:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "help:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      ":init") command="init" operands=0 ;;
      ":adopt") command="adopt" operands=0 ;;
      ":new") command="new" operands=0 ;;
      "new:domain") command="new domain" operands=0 ;;
      "new:product") command="new product" operands=0 ;;
      "new:contract") command="new contract" operands=0 ;;
      ":validate" | ":lint") command="validate" operands=0 ;;
      ":explain") command="explain" operands=0 ;;
      ":rules") command="rules" operands=0 ;;
      ":plan") command="plan" operands=0 ;;
      ":publish") command="publish" operands=0 ;;
      ":status") command="status" operands=0 ;;
      ":pull") command="pull" operands=0 ;;
      ":verify") command="verify" operands=0 ;;
      ":yank") command="yank" operands=0 ;;
      ":unyank") command="unyank" operands=0 ;;
      ":rollback") command="rollback" operands=0 ;;
      ":retire") command="retire" operands=0 ;;
      ":promote") command="promote" operands=0 ;;
      ":index") command="index" operands=0 ;;
      ":gc") command="gc" operands=0 ;;
      ":trust") command="trust" operands=0 ;;
      "trust:init") command="trust init" operands=0 ;;
      "trust:sign") command="trust sign" operands=0 ;;
      "trust:show") command="trust show" operands=0 ;;
      "trust:rotate") command="trust rotate" operands=0 ;;
      "trust:revoke") command="trust revoke" operands=0 ;;
      ":list") command="list" operands=0 ;;
      ":show") command="show" operands=0 ;;
      ":search") command="search" operands=0 ;;
      ":schema") command="schema" operands=0 ;;
      ":doctor") command="doctor" operands=0 ;;
      ":completion") command="completion" operands=0 ;;
      ":version") command="version" operands=0 ;;
      ":help") command="help" operands=0 ;;
      *:-* | *:=) ;;
      *) operands=$((operands + 1)) ;;
    esac
  done
  case "$command:$prev" in
    *:-C) _mesh_files -d; return ;;
    *:--color) _mesh_words 'auto always never'; return ;;
    "init:--name") :; return ;;
    "init:--domain") :; return ;;
    "init:--product") :; return ;;
    "init:--team") :; return ;;
    "init:--email") :; return ;;
    "init:--format") _mesh_words 'text json'; return ;;
    "adopt:--name") :; return ;;
    "adopt:--format") _mesh_words 'text json'; return ;;
    "new domain:--type") _mesh_words 'source-aligned aggregate consumer-aligned lakehouse'; return ;;
    "new domain:--team") :; return ;;
    "new domain:--email") :; return ;;
    "new domain:--format") _mesh_words 'text json'; return ;;
    "new product:--domain") :; return ;;
    "new product:--team") :; return ;;
    "new product:--email") :; return ;;
    "new product:--format") _mesh_words 'text json'; return ;;
    "new contract:--domain") :; return ;;
    "new contract:--product") :; return ;;
    "new contract:--team") :; return ;;
    "new contract:--email") :; return ;;
    "new contract:--format") _mesh_words 'text json'; return ;;
    "validate:--format") _mesh_words 'auto text concise json ndjson sarif junit github gitlab azure'; return ;;
    "validate:-o" | "validate:--output") _mesh_files -f; return ;;
    "validate:--stdin-filename") _mesh_files -f; return ;;
    "validate:--fail-on") _mesh_words 'error warning never'; return ;;
    "validate:--only") _mesh_rules; return ;;
    "validate:--rule") _mesh_rules; return ;;
    "validate:--env-file") _mesh_files -f; return ;;
    "validate:--schema") _mesh_files -f; return ;;
    "validate:-j" | "validate:--jobs") :; return ;;
    "validate:--max-file-size") :; return ;;
    "validate:--baseline") _mesh_files -f; return ;;
    "explain:--format") _mesh_words 'text json'; return ;;
    "rules:--format") _mesh_words 'text concise json'; return ;;
    "plan:--to") _mesh_files -d; return ;;
    "plan:--as") :; return ;;
    "plan:--format") _mesh_words 'text json'; return ;;
    "plan:-j" | "plan:--jobs") :; return ;;
    "publish:--to") _mesh_files -d; return ;;
    "publish:--as") :; return ;;
    "publish:--format") _mesh_words 'text json'; return ;;
    "publish:-j" | "publish:--jobs") :; return ;;
    "publish:--sign-key") _mesh_files -f; return ;;
    "status:--to") _mesh_files -d; return ;;
    "status:--as") :; return ;;
    "status:--format") _mesh_words 'text json'; return ;;
    "status:-j" | "status:--jobs") :; return ;;
    "pull:--from") _mesh_files -d; return ;;
    "pull:-o" | "pull:--output") _mesh_files -d; return ;;
    "pull:--format") _mesh_words 'text json'; return ;;
    "verify:--from") _mesh_files -d; return ;;
    "verify:--format") _mesh_words 'text json'; return ;;
    "verify:-j" | "verify:--jobs") :; return ;;
    "yank:--reason") :; return ;;
    "yank:--from") _mesh_files -d; return ;;
    "yank:--format") _mesh_words 'text json'; return ;;
    "unyank:--from") _mesh_files -d; return ;;
    "unyank:--format") _mesh_words 'text json'; return ;;
    "rollback:--to-version") :; return ;;
    "rollback:--reason") :; return ;;
    "rollback:--from") _mesh_files -d; return ;;
    "rollback:--format") _mesh_words 'text json'; return ;;
    "retire:--reason") :; return ;;
    "retire:--replacement") :; return ;;
    "retire:--from") _mesh_files -d; return ;;
    "retire:--format") _mesh_words 'text json'; return ;;
    "promote:--from") _mesh_files -d; return ;;
    "promote:--to") _mesh_files -d; return ;;
    "promote:--format") _mesh_words 'text json'; return ;;
    "index:--from") _mesh_files -d; return ;;
    "index:--format") _mesh_words 'text json'; return ;;
    "gc:--from") _mesh_files -d; return ;;
    "gc:--product") :; return ;;
    "gc:--grace") :; return ;;
    "gc:--max-delete") :; return ;;
    "gc:--format") _mesh_words 'text json'; return ;;
    "trust init:--to") _mesh_files -d; return ;;
    "trust init:--key") _mesh_files -f; return ;;
    "trust init:--threshold") :; return ;;
    "trust init:--expires") :; return ;;
    "trust init:--sign-key") _mesh_files -f; return ;;
    "trust init:--format") _mesh_words 'text json'; return ;;
    "trust sign:--to") _mesh_files -d; return ;;
    "trust sign:--sign-key") _mesh_files -f; return ;;
    "trust sign:--digest") :; return ;;
    "trust sign:--format") _mesh_words 'text json'; return ;;
    "trust show:--from") _mesh_files -d; return ;;
    "trust show:--format") _mesh_words 'text json pin'; return ;;
    "trust rotate:--to") _mesh_files -d; return ;;
    "trust rotate:--key") _mesh_files -f; return ;;
    "trust rotate:--threshold") :; return ;;
    "trust rotate:--expires") :; return ;;
    "trust rotate:--sign-key") _mesh_files -f; return ;;
    "trust rotate:--format") _mesh_words 'text json'; return ;;
    "trust revoke:--to") _mesh_files -d; return ;;
    "trust revoke:--reason") :; return ;;
    "trust revoke:--expires") :; return ;;
    "trust revoke:--sign-key") _mesh_files -f; return ;;
    "trust revoke:--format") _mesh_words 'text json'; return ;;
    "list:--domain") :; return ;;
    "list:--status") :; return ;;
    "list:--from") _mesh_files -d; return ;;
    "list:--format") _mesh_words 'text concise json ndjson'; return ;;
    "list:-j" | "list:--jobs") :; return ;;
    "show:--environment") :; return ;;
    "show:--from") _mesh_files -d; return ;;
    "show:--format") _mesh_words 'text json'; return ;;
    "show:-j" | "show:--jobs") :; return ;;
    "search:--domain") :; return ;;
    "search:--tag") :; return ;;
    "search:--has-column") :; return ;;
    "search:--classification") :; return ;;
    "search:--status") :; return ;;
    "search:--from") _mesh_files -d; return ;;
    "search:--format") _mesh_words 'text json ndjson'; return ;;
    "search:-j" | "search:--jobs") :; return ;;
    "schema:--format") _mesh_words 'text json'; return ;;
    "doctor:--from") _mesh_files -d; return ;;
    "doctor:--probe") :; return ;;
    "doctor:--format") _mesh_words 'text json'; return ;;
    "version:--format") _mesh_words 'text json'; return ;;
    "help:--format") _mesh_words 'text json man'; return ;;
  esac
  if [[ $cur == -* ]]; then
    case "$command" in
      "init") _mesh_words '--name --domain --product --keep --team --email -n --dry-run --format -C -q --quiet --color --no-input -h --help' ;;
      "adopt") _mesh_words '--name -n --dry-run --format -C -q --quiet --color --no-input -h --help' ;;
      "new") _mesh_words '-C -q --quiet --color --no-input -h --help' ;;
      "new domain") _mesh_words '--type --team --email -n --dry-run --format -C -q --quiet --color --no-input -h --help' ;;
      "new product") _mesh_words '--domain --team --email -n --dry-run --format -C -q --quiet --color --no-input -h --help' ;;
      "new contract") _mesh_words '--domain --product --team --email -n --dry-run --format -C -q --quiet --color --no-input -h --help' ;;
      "validate") _mesh_words '--format -o --output --stdin-filename --changed --fail-on --only --rule --env-file --schema --strict-formats -j --jobs --max-file-size --allow-empty --fix --unsafe-fixes -n --dry-run --baseline --update-baseline --no-baseline -C -q --quiet --color --no-input -h --help' ;;
      "explain") _mesh_words '--format -C -q --quiet --color --no-input -h --help' ;;
      "rules") _mesh_words '--format -C -q --quiet --color --no-input -h --help' ;;
      "plan") _mesh_words '--to --as --format -j --jobs --allow-empty --skip-existing --exit-code -C -q --quiet --color --no-input -h --help' ;;
      "publish") _mesh_words '--to --as --format -j --jobs --allow-empty -n --dry-run --exit-code --skip-existing --resume --sign-key -C -q --quiet --color --no-input -h --help' ;;
      "status") _mesh_words '--to --as --format -j --jobs --allow-empty --exit-code -C -q --quiet --color --no-input -h --help' ;;
      "pull") _mesh_words '--from -o --output --accept-rollback --format --require-signature -C -q --quiet --color --no-input -h --help' ;;
      "verify") _mesh_words '--from --format -j --jobs --allow-empty --require-signature -C -q --quiet --color --no-input -h --help' ;;
      "yank") _mesh_words '--reason --from -n --dry-run --format -C -q --quiet --color --no-input -h --help' ;;
      "unyank") _mesh_words '--from -n --dry-run --format -C -q --quiet --color --no-input -h --help' ;;
      "rollback") _mesh_words '--to-version --reason --yes --from -n --dry-run --format -C -q --quiet --color --no-input -h --help' ;;
      "retire") _mesh_words '--reason --replacement --undo --from -n --dry-run --format -C -q --quiet --color --no-input -h --help' ;;
      "promote") _mesh_words '--from --to --allow-snapshot -n --dry-run --format -C -q --quiet --color --no-input -h --help' ;;
      "index") _mesh_words '--from -n --dry-run --format -C -q --quiet --color --no-input -h --help' ;;
      "gc") _mesh_words '--from --product --grace --max-delete --take-over --yes -n --dry-run --format -C -q --quiet --color --no-input -h --help' ;;
      "trust") _mesh_words '-C -q --quiet --color --no-input -h --help' ;;
      "trust init") _mesh_words '--to --key --threshold --expires --sign-key --format -C -q --quiet --color --no-input -h --help' ;;
      "trust sign") _mesh_words '--to --sign-key --digest --format -C -q --quiet --color --no-input -h --help' ;;
      "trust show") _mesh_words '--from --format -C -q --quiet --color --no-input -h --help' ;;
      "trust rotate") _mesh_words '--to --key --threshold --expires --sign-key --format -C -q --quiet --color --no-input -h --help' ;;
      "trust revoke") _mesh_words '--to --reason --expires --sign-key --format -C -q --quiet --color --no-input -h --help' ;;
      "list") _mesh_words '--domain --status --from --format -j --jobs --allow-empty -C -q --quiet --color --no-input -h --help' ;;
      "show") _mesh_words '--connect --environment --from --format -j --jobs -C -q --quiet --color --no-input -h --help' ;;
      "search") _mesh_words '--domain --tag --has-column --classification --status --from --format -j --jobs --allow-empty -C -q --quiet --color --no-input -h --help' ;;
      "schema") _mesh_words '--format -C -q --quiet --color --no-input -h --help' ;;
      "doctor") _mesh_words '--from --probe --format -C -q --quiet --color --no-input -h --help' ;;
      "completion") _mesh_words '-C -q --quiet --color --no-input -h --help' ;;
      "version") _mesh_words '--format -C -q --quiet --color --no-input -h --help' ;;
      "help") _mesh_words '--format -C -q --quiet --color --no-input -h --help' ;;
      *) _mesh_words '-C -q --quiet --color --no-input -h --help --version' ;;
    esac
    return
  fi
  case "$command:$operands" in
    :0) _mesh_words 'init adopt new validate explain rules plan publish status pull verify yank unyank rollback retire promote index gc trust list show search schema doctor completion version help' ;;
    "init:0") _mesh_files -d ;;
    "adopt:0") _mesh_files -d ;;
    "new:"*) _mesh_words 'domain product contract' ;;
    "new domain:0") : ;;
    "new product:0") : ;;
    "new contract:0") : ;;
    "validate:"*) _mesh_files -f ;;
    "explain:"*) _mesh_rules ;;
    "rules:"*) _mesh_rules ;;
    "plan:"*) _mesh_files -f ;;
    "publish:"*) _mesh_files -f ;;
    "status:"*) _mesh_files -f ;;
    "pull:0") : ;;
    "verify:"*) : ;;
    "yank:0") : ;;
    "unyank:0") : ;;
    "rollback:0") : ;;
    "retire:0") : ;;
    "promote:0") : ;;
    "index:"*) : ;;
    "gc:0") _mesh_files -d ;;
    "trust:"*) _mesh_words 'init sign show rotate revoke' ;;
    "trust revoke:0") _mesh_files -f ;;
    "show:0") _mesh_products ;;
    "search:"*) : ;;
    "schema:0") _mesh_words 'mesh domain waivers root trust odcs odps dcs lf-odps dpds' ;;
    "schema:1") : ;;
    "doctor:0") _mesh_files -d ;;
    "completion:0") _mesh_words 'bash zsh fish' ;;
    "help:"*) _mesh_words 'init adopt new validate explain rules plan publish status pull verify yank unyank rollback retire promote index gc trust list show search schema doctor completion version help exit-codes waivers credentials policies environment' ;;
  esac
}

complete -F _mesh mesh
