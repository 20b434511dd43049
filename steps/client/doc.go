// Package client holds the steps about the client under test: what it is told to
// do, what is provoked, and what the servers recorded of it.
package client
