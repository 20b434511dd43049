package pasted

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

var (
	prompt     = regexp.MustCompile(`^(?:[$%#>] |PS [^\n>]*> ?|[A-Za-z]:\\[^\n>]*> ?)`)
	curlCall   = regexp.MustCompile(`^(?:\S*[/\\])?curl(?:\.exe)?(?:\s|$)`)
	headerFlag = regexp.MustCompile(`^(?:-H|--header)[\s='"^$]`)
	webRequest = regexp.MustCompile(`(?i)\b(?:Invoke-WebRequest|Invoke-RestMethod|iwr|irm)\b`)
)

// commandLine reports whether a text is a command that sends a request.
func commandLine(text string) bool {
	text = prompt.ReplaceAllString(text, "")
	return curlCall.MatchString(text) || headerFlag.MatchString(text) || powerShellCall(text)
}

func powerShellCall(text string) bool {
	return webRequest.MatchString(text) && strings.Contains(strings.ToLower(text), "-uri")
}

// commands reads command lines: of curl, as browsers copy them for each shell, or of
// PowerShell. Nothing is run, no file is opened.
func commands(text string) ([]Item, error) {
	text = prompt.ReplaceAllString(text, "")
	if powerShellCall(text) {
		return webRequests(text)
	}
	if headerFlag.MatchString(text) {
		text = "curl " + text
	}
	var items []Item
	for _, words := range split(text) {
		words[0] = prompt.ReplaceAllString(words[0], "")
		if !curlCall.MatchString(words[0]) {
			continue
		}
		made, err := curl(words[1:])
		if err != nil {
			return nil, err
		}
		items = append(items, made...)
	}
	if items == nil {
		return nil, errors.New("the command line has no curl command in it")
	}
	for i := range items {
		if len(items) > 1 {
			items[i].Name = fmt.Sprintf("command %d", i+1)
		}
	}
	return items, nil
}

// valued are the options of curl that take a word, by their long names (curl 8). Of
// an option that is not here the next word is not taken.
var valued = words(`abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config
	connect-timeout connect-to continue-at cookie cookie-jar create-file-mode crlfile curves data data-ascii data-binary
	data-raw data-urlencode delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url dump-header
	ech egd-file engine etag-compare etag-save expect100-timeout form form-string ftp-account ftp-alternative-to-user
	ftp-method ftp-port ftp-ssl-ccc-mode happy-eyeballs-timeout-ms haproxy-clientip header help hostpubmd5
	hostpubsha256 hsts interface ip-tos ipfs-gateway json keepalive-cnt keepalive-time key key-type krb libcurl
	limit-rate local-port login-options mail-auth mail-from mail-rcpt max-filesize max-redirs max-time netrc-file
	noproxy oauth2-bearer output output-dir parallel-max pass pinnedpubkey preproxy proto proto-default proto-redir
	proxy proxy-cacert proxy-capath proxy-cert proxy-cert-type proxy-ciphers proxy-header proxy-key proxy-key-type
	proxy-pass proxy-service-name proxy-user pubkey quote random-file range rate referer request request-target
	resolve retry retry-delay retry-max-time sasl-authzid service-name socks4 socks4a socks5 socks5-hostname
	speed-limit speed-time stderr telnet-option tftp-blksize time-cond tls-max tls13-ciphers tlspassword tlsuser
	trace trace-ascii unix-socket upload-file url url-query user user-agent variable vlan-priority write-out`)

// short are the short options of curl that take a value, or matter here, by their
// long names.
var short = map[byte]string{
	'A': "user-agent", 'b': "cookie", 'c': "cookie-jar", 'C': "continue-at", 'd': "data", 'D': "dump-header",
	'e': "referer", 'E': "cert", 'F': "form", 'h': "help", 'H': "header", 'K': "config", 'm': "max-time",
	'o': "output", 'P': "ftp-port", 'Q': "quote", 'r': "range", 't': "telnet-option", 'T': "upload-file",
	'u': "user", 'U': "proxy-user", 'w': "write-out", 'x': "proxy", 'X': "request", 'y': "speed-time",
	'Y': "speed-limit", 'z': "time-cond", 'G': "get", 'I': "head", ':': "next",
}

func words(text string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(text) {
		set[word] = true
	}
	return set
}

// variable is what a shell, a program or a template fills in.
var variable = regexp.MustCompile("(?:^| ) *(?:\\$|%[A-Za-z_]+%|\\{\\{|<[A-Za-z_ -]+>)|\\$\\(|`")

// curlRequest is one request of a command of curl in the making.
type curlRequest struct {
	item   Item
	method string
	urls   []string
	data   []string
	get    bool
	head   bool
	form   bool
	upload bool
}

// curl reads the words behind the name of the command.
func curl(args []string) ([]Item, error) {
	r := &curlRequest{}
	var items []Item
	for i := 0; i < len(args); i++ {
		arg := args[i]
		next := func() string {
			if i++; i < len(args) {
				return args[i]
			}
			return ""
		}
		switch {
		case arg == "--next", arg == "-:":
			items = append(items, r.items()...)
			r = &curlRequest{}
		case strings.HasPrefix(arg, "--"):
			name, value, attached := strings.Cut(arg[2:], "=")
			if valued[name] && !attached {
				value = next()
			}
			r.option(name, value)
		case len(arg) > 1 && arg[0] == '-':
			r.cluster(arg[1:], next)
		case redirection.MatchString(arg):
			if strings.HasSuffix(arg, ">") {
				next()
			}
		default:
			r.urls = append(r.urls, arg)
		}
	}
	items = append(items, r.items()...)
	if len(items) == 0 {
		return nil, errors.New("the curl command has no URL and no header")
	}
	return items, nil
}

var redirection = regexp.MustCompile(`^[0-9]?>`)

// cluster reads short options, of which the last may have its value attached: -sXPOST.
func (r *curlRequest) cluster(letters string, next func() string) {
	for i := 0; i < len(letters); i++ {
		name := short[letters[i]]
		if !valued[name] {
			r.option(name, "")
			continue
		}
		value := letters[i+1:]
		if value == "" {
			value = next()
		}
		r.option(name, value)
		return
	}
}

func (r *curlRequest) option(name, value string) {
	switch name {
	case "request":
		r.method = value
	case "url":
		r.urls = append(r.urls, value)
	case "header":
		r.header(value)
	case "oauth2-bearer":
		r.header("Authorization: Bearer " + value)
	case "data", "data-ascii", "data-binary", "data-raw", "data-urlencode", "json":
		r.data = append(r.data, value)
	case "form", "form-string":
		r.form = true
	case "get":
		r.get = true
	case "head":
		r.head = true
	case "upload-file":
		r.upload = true
	case "config":
		r.item.Notes, r.item.Partial = append(r.item.Notes, "the options in the file of --config are not known"), true
	}
}

// header takes a field line as curl does: without a value it takes the field away,
// with a semicolon in the place of the colon it sends an empty one, with @ the lines
// stand in a file.
func (r *curlRequest) header(line string) {
	if strings.HasPrefix(line, "@") {
		note := "the header lines in the file " + line[1:] + " are not known; paste them beside the command"
		if line == "@-" {
			note = "the header lines that come by a pipe are not known; paste them beside the command"
		}
		r.item.Notes, r.item.Partial = append(r.item.Notes, note), true
		return
	}
	name, rest, found := strings.Cut(line, ";")
	if found && strings.TrimSpace(rest) == "" && !strings.Contains(name, ":") {
		line = name + ":"
	} else if _, value, found := strings.Cut(line, ":"); !found || strings.TrimSpace(value) == "" {
		return
	}
	name, value, _ := strings.Cut(line, ":")
	if variable.MatchString(value) {
		r.item.Partial = true
		r.item.note("the value of " + strings.TrimSpace(name) + " holds a variable, which only the shell knows; " +
			"paste what it stands for")
		return
	}
	r.item.Add(name, value)
}

// items is a request for each URL.
func (r *curlRequest) items() []Item {
	r.item.Kind, r.item.Method = Request, r.chosenMethod()
	r.item.Body = strings.Join(r.data, "&")
	if r.get {
		r.item.Body = ""
	}
	if len(r.urls) == 0 {
		if len(r.item.Fields) == 0 && len(r.item.Notes) == 0 {
			return nil
		}
		r.item.Method = r.method // nobody says what for
		return []Item{r.item}
	}
	var items []Item
	for _, url := range r.urls {
		item := r.item
		if !strings.Contains(url, "://") {
			url = "http://" + url // as curl does
		}
		item.URL, item.Target = url, url
		item.Scheme, _, _ = strings.Cut(url, "://")
		items = append(items, item)
	}
	return items
}

func (r *curlRequest) chosenMethod() string {
	switch {
	case r.method != "":
		return r.method
	case r.head:
		return "HEAD"
	case r.upload:
		return "PUT"
	case r.form, len(r.data) > 0 && !r.get:
		return "POST"
	}
	return "GET"
}
