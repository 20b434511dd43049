// Package world is what the steps of a scenario act on: the World of one case
// with its parties, its clock, its keys, its tokens and what was sent, and the
// endpoints at which a scenario can be run.
package world
