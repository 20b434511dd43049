// Package features holds what the project knows about DPoP as data: the catalogue of requirements, the profiles
// that weigh them, and the Gherkin features that test them. It imports nothing else of the project.
package features

import "embed"

// FS holds the feature files and the two YAML files as they stand in the source tree.
//
//go:embed *.feature *.yaml
var FS embed.FS
