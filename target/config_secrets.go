package target

import (
	"slices"

	"gopkg.in/yaml.v3"
)

// secretKeys are the keys whose values are secrets wherever they stand.
var secretKeys = []string{
	"secret", "password", "cookies", "refresh_token", "initial_access_token", "tx_code", "value", "token",
	"unbound_token", "attestation",
}

// secretMaps are the keys below which a value may be a secret.
var secretMaps = []string{"fields", "headers"}

// shortestInMap is the length of what is taken for a secret below those: less would
// mask words.
const shortestInMap = 8

// secretsIn are the secrets that stand in a configuration as they are. They are known
// before anything is judged: the error about one key may show what belongs to another.
func secretsIn(node *yaml.Node) []string {
	var secrets []string
	for i, child := range node.Content {
		key := ""
		if node.Kind == yaml.MappingNode && i%2 == 1 {
			key = node.Content[i-1].Value
		}
		switch {
		case slices.Contains(secretKeys, key) && child.Kind == yaml.ScalarNode:
			secrets = append(secrets, child.Value)
		case slices.Contains(secretMaps, key):
			for _, value := range child.Content {
				if value.Kind == yaml.ScalarNode && len(value.Value) >= shortestInMap {
					secrets = append(secrets, value.Value)
				}
			}
		}
		secrets = append(secrets, secretsIn(child)...)
	}
	return secrets
}
