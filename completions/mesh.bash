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
      "version:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      "help:--format") i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)) ;;
      ":init") command="init" operands=0 ;;
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
    "version:--format") _mesh_words 'text json'; return ;;
    "help:--format") _mesh_words 'text json man'; return ;;
  esac
  if [[ $cur == -* ]]; then
    case "$command" in
      "init") _mesh_words '--name --domain --product --keep --team --email -n --dry-run --format -C -q --quiet --color --no-input -h --help' ;;
      "completion") _mesh_words '-C -q --quiet --color --no-input -h --help' ;;
      "version") _mesh_words '--format -C -q --quiet --color --no-input -h --help' ;;
      "help") _mesh_words '--format -C -q --quiet --color --no-input -h --help' ;;
      *) _mesh_words '-C -q --quiet --color --no-input -h --help --version' ;;
    esac
    return
  fi
  case "$command:$operands" in
    :0) _mesh_words 'init completion version help' ;;
    "init:0") _mesh_files -d ;;
    "completion:0") _mesh_words 'bash zsh fish' ;;
    "help:"*) _mesh_words 'init completion version help exit-codes environment' ;;
  esac
}

complete -F _mesh mesh
