package target

import (
	"fmt"

	"gopkg.in/yaml.v3"
)

// registrationSection says that clients may be registered dynamically: the word open,
// or by what they prove that they may.
type registrationSection struct {
	InitialAccessToken string `yaml:"initial_access_token"`
}

// UnmarshalYAML takes the word open too. A mapping must name the token: one whose
// variable is empty would else be taken for leave to register without.
func (r *registrationSection) UnmarshalYAML(node *yaml.Node) error {
	const remedy = "write registration: {initial_access_token: \"${TOKEN}\"}, " +
		"or registration: open where everybody may register"
	if node.Kind == yaml.ScalarNode {
		if node.Value != "open" {
			return fmt.Errorf("line %d: registration is neither open nor a mapping; %s", node.Line, remedy)
		}
		return nil
	}
	type plain registrationSection
	if err := node.Decode((*plain)(r)); err != nil {
		return err
	}
	if r.InitialAccessToken == "" {
		return fmt.Errorf("line %d: registration has no initial_access_token; %s", node.Line, remedy)
	}
	return nil
}

func (r *registrationSection) read(t *Target) *DynamicRegistration {
	if r == nil {
		return nil
	}
	if r.InitialAccessToken != "" {
		t.Secrets = append(t.Secrets, r.InitialAccessToken)
	}
	return &DynamicRegistration{r.InitialAccessToken}
}

// introspectionSection names who introspects tokens.
type introspectionSection struct {
	Client string `yaml:"client"`
}

// read returns the id of the client, which must be able to authenticate.
func (i *introspectionSection) read(clients []RegisteredClient) (string, error) {
	if i == nil {
		return "", nil
	}
	for _, c := range clients {
		switch {
		case c.ID != i.Client:
		case c.Public():
			return "", fmt.Errorf("introspection.client: %q is public; "+
				"who introspects must authenticate (RFC 7662 §2.1)", c.ID)
		default:
			return c.ID, nil
		}
	}
	return "", fmt.Errorf("introspection.client: no client of the configuration has the id %q; "+
		"add the one that may introspect to clients, with grants: [] if it does nothing else", i.Client)
}
