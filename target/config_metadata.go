package target

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"

	"gopkg.in/yaml.v3"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/spelling"
)

// metadataMembers are the members of metadata that the configuration may give for a
// server that leaves them out or has them wrong, and how each is read.
var metadataMembers = map[string]func(*yaml.Node) (any, error){
	"authorization_endpoint":                givenURL,
	"token_endpoint":                        givenURL,
	"pushed_authorization_request_endpoint": givenURL,
	"userinfo_endpoint":                     givenURL,
	"introspection_endpoint":                givenURL,
	"revocation_endpoint":                   givenURL,
	"registration_endpoint":                 givenURL,
	"device_authorization_endpoint":         givenURL,
	"jwks_uri":                              givenURL,
	"mtls_endpoint_aliases":                 givenAliases,
	algorithmsMember:                        givenList,
	"grant_types_supported":                 givenList,
	"token_endpoint_auth_methods_supported": givenList,
	"require_pushed_authorization_requests": givenBool,
	"request_parameter_supported":           givenBool,
}

// algorithmsMember lists the algorithms of proofs (RFC 9449 §5.1).
const algorithmsMember = "dpop_signing_alg_values_supported"

// metadataNames returns the names of the members of metadata that the configuration
// may give, in order.
func metadataNames() []string { return slices.Sorted(maps.Keys(metadataMembers)) }

// readGiven reads the metadata that the configuration gives.
func readGiven(node yaml.Node, file string) (given dpop.Object, err error) {
	if node.Kind == 0 {
		return nil, nil
	}
	if node.Kind != yaml.MappingNode {
		return nil, &ConfigError{file, node.Line, "authorization_server.metadata maps members of metadata to " +
			"their values: metadata: {token_endpoint: https://tenant.example.com/token}"}
	}
	for i := 0; i < len(node.Content); i += 2 {
		name, value := node.Content[i], node.Content[i+1]
		what := "authorization_server.metadata." + name.Value + ": "
		read, known := metadataMembers[name.Value]
		if !known {
			what := fmt.Sprintf("authorization_server.metadata: %q is no member that is used here; did you mean %s?",
				name.Value, spelling.Nearest(name.Value, metadataNames()))
			return nil, &ConfigError{file, name.Line, what}
		}
		if given.Has(name.Value) {
			return nil, &ConfigError{file, name.Line, what + "it is given twice"}
		}
		member, err := read(value)
		if err != nil {
			return nil, &ConfigError{file, value.Line, what + err.Error()}
		}
		given.Add(name.Value, member)
	}
	return given, nil
}

func givenURL(node *yaml.Node) (any, error) {
	var address string
	if err := node.Decode(&address); err != nil {
		return nil, errors.New("it is not a URL")
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.Fragment != "" {
		return nil, errors.New("it is not a URL such as https://tenant.example.com/token, without user and fragment")
	}
	return address, nil
}

func givenList(node *yaml.Node) (any, error) {
	var list []string
	if node.Kind != yaml.SequenceNode || node.Decode(&list) != nil || len(list) == 0 {
		return nil, errors.New("it is not a list of names, such as [ES256]")
	}
	return list, nil
}

func givenBool(node *yaml.Node) (any, error) {
	value, err := strconv.ParseBool(node.Value)
	if err != nil || node.Kind != yaml.ScalarNode {
		return nil, errors.New("it is neither true nor false")
	}
	return value, nil
}

// givenAliases reads where clients with a certificate go instead (RFC 8705 §5).
func givenAliases(node *yaml.Node) (any, error) {
	var aliases dpop.Object
	if node.Kind != yaml.MappingNode {
		return nil, errors.New("it does not map endpoints to URLs, such as {token_endpoint: https://mtls.example.com/token}")
	}
	for i := 0; i < len(node.Content); i += 2 {
		name := node.Content[i].Value
		if !slices.Contains(aliased, name) {
			return nil, fmt.Errorf("%q is no endpoint that has an alias here; did you mean %s?", name,
				spelling.Nearest(name, aliased))
		}
		address, err := givenURL(node.Content[i+1])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		aliases.Add(name, address)
	}
	return aliases, nil
}

// addressesIn lists the URLs that the configuration gives: their hosts are named by it.
func addressesIn(given dpop.Object) (list []string) {
	for _, member := range given {
		if address, err := given.Text(member.Name); err == nil {
			list = append(list, address)
		} else if aliases, err := dpop.ParseObject(member.Value); err == nil {
			list = append(list, addressesIn(aliases)...)
		}
	}
	return list
}
