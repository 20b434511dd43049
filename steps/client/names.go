package client

// appRedirect is where the client under test gets its codes, unless it wants them
// elsewhere. Nothing listens there: a driver reads the code from the redirect.
const appRedirect = "http://127.0.0.1/app/callback"

// otherAPI is the name of the second API.
const otherAPI = "invoices"
