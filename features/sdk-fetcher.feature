Feature: The fetcher of a client that follows the documentation of the SDK
  The documentation: fetchers inherit the DPoP setting of the client and may override it; they make a proof for every
  request, resolve relative paths, and take a token, a fetch and token options of the caller.

  Background:
    Given the client follows the documentation of the SDK

  @client @AUTH0-FET-01
  Scenario: A fetcher inherits the client's DPoP setting
    Given the client holds a token
    When the client fetches from the API
    Then every API request carries a bound token and a proof

  @client @AUTH0-FET-02 @AUTH0-FET-11
  Scenario: A fetcher with DPoP switched off sends Bearer, another one DPoP
    When the client fetches from the API with a fetcher whose DPoP is off
    And the client fetches from the API with a fetcher whose DPoP is on
    Then the first API request is Bearer without a proof, the second is DPoP with one

  @client @AUTH0-FET-03 @AUTH0-FET-11
  Scenario: A fetcher with DPoP switched on sends DPoP though the client's setting is off
    Given the client has DPoP switched off
    When the client fetches from the API with a fetcher whose DPoP is on
    Then every API request carries a bound token and a proof

  @client @AUTH0-FET-04
  Scenario: Every request has a proof of its own, without work of the caller
    When the client fetches from the API 3 times
    Then every API request carries a bound token and a proof
    And every proof is new
    And every proof names the method of its request
    And every proof names the URI of its request
    And every proof has the hash of its access token at the API

  @client @AUTH0-FET-05
  Scenario Outline: A relative path is resolved against baseUrl, an absolute URL is used as it is
    When the client fetches "<path>" from the base "<base>"
    Then the API gets a request for "<target>"
    And every proof names the URI of its request

    Examples:
      | with                       | path         | base | target     |
      | a path and a bare base     | /orders      |      | /orders    |
      | no slash and a bare base   | orders       |      | /orders    |
      | a slash on both            | /orders      | /    | /orders    |
      | a path below a base        | /orders      | /v1  | /v1/orders |
      | no slash below a base      | orders       | /v1  | /v1/orders |
      | a slash on both and a base | /orders      | /v1/ | /v1/orders |
      | a base that ends in one    | orders       | /v1/ | /v1/orders |
      | an absolute URL            | {API}/orders | /v1  | /orders    |

  @client @AUTH0-FET-06
  Scenario Outline: Method, headers and body arrive as given
    When the client fetches "<method> /orders" with <style>
    Then the API gets what the caller gave
    And every proof names the method of its request

    Examples:
      | method | style            |
      | GET    | arguments        |
      | POST   | arguments        |
      | GET    | a request object |
      | POST   | a request object |
      | PUT    | a request object |

  @client @AUTH0-FET-07
  Scenario: A token of the caller's own source is sent
    When the client fetches from the API with a token of the caller
    Then every API request carries the token of the caller
    And every proof has the hash of its access token at the API

  @client @AUTH0-FET-08
  Scenario: Scope and audience of one request reach the token request
    Given the client holds a token
    When the client fetches from the API with the scope "read:admin" and the audience of the other API
    Then the latest call sends a token request with that scope and audience

  @client @AUTH0-FET-08
  Scenario: Refresh forces a new token
    Given the client holds a token
    When the client fetches from the API with a refreshed token
    Then the latest call sends a token request

  @client @AUTH0-FET-09
  Scenario: A fetch of the caller sees the complete request, and its answer is used
    When the client fetches from the API through a fetch of the caller
    Then the fetch of the caller saw method, URL, token and proof as they were sent
    And the answer of the caller's fetch is used

  @client @AUTH0-FET-10
  Scenario: The debug sample logs requests and answers, secrets masked
    When the client fetches from the API through a fetch of the caller
    Then the debug output shows URL, method, status and headers
    And nothing that the client writes holds a token or a proof that could be used

  @client @AUTH0-FET-12
  Scenario: A bound token is sent with the DPoP scheme from the first call after login on
    When the client signs in
    And the client fetches from the API
    Then every API request carries a bound token and a proof
    And the client succeeds

  @client @AUTH0-FET-13
  Scenario: The login is bound to the key
    When the client signs in
    Then dpop_jkt is the thumbprint of the key of the proofs

  @client @AUTH0-FET-13
  Scenario: A pushed login is bound to the key
    When the client signs in through a pushed request
    Then dpop_jkt is the thumbprint of the key of the proofs

  @client @AUTH0-FET-13
  Scenario: The caller's query cannot bind the login to another key
    When the client signs in by a URL that names another dpop_jkt
    Then dpop_jkt is the thumbprint of the key of the proofs

  @client @AUTH0-FET-14
  Scenario: A token of the type Bearer in answer to a proof is noticed
    Given the token endpoint gives the client the token type "Bearer"
    When the client obtains a token
    Then the client reports an error or a warning about "Bearer"

  @client @AUTH0-FET-11
  Scenario Outline: DPoP is chosen by a condition on environment and URL
    Given the application runs in "<environment>"
    When the client fetches "GET <path>" with a fetcher whose DPoP depends on environment and URL
    Then the API request is <kind>

    Examples:
      | environment | path                  | kind                   |
      | production  | /orders               | DPoP with a proof      |
      | development | /sensitive-api/orders | DPoP with a proof      |
      | production  | /sensitive-api/orders | DPoP with a proof      |
      | development | /orders               | Bearer without a proof |

  @client @AUTH0-FET-15
  Scenario: A getAccessToken of the caller gets the options of the request
    Given the client holds a token
    When the client fetches from the API with options for a getAccessToken of the caller
    Then the latest call sends a token request with the scopes and the audience of those options

  @client @AUTH0-FET-15
  Scenario: A getAccessToken of the caller is told to refresh
    Given the client holds a token
    When the client fetches from the API with a refresh for a getAccessToken of the caller
    Then the latest call sends a token request

  @client @AUTH0-FET-16
  Scenario: What a fetch of the caller adds is on the request and on its repetition
    Given the API challenges the client once
    When the client fetches from the API through a fetch of the caller that adds headers
    Then the API got 2 requests with these headers
    And the client succeeds

  @client @AUTH0-FET-17
  Scenario: Several scopes of one request reach the token request together
    Given the client holds a token
    When the client fetches from the API with several scopes and the audience of the other API
    Then the latest call sends a token request with the scopes and the audience of those options

  @client @AUTH0-FET-18
  Scenario Outline: The body of the API's answer is handed on as it came
    Given the API answers the client's call with the status <status> and a body
    When the client fetches from the API
    Then the client hands on the body of the API's answer

    Examples:
      | status |
      | 200    |
      | 401    |
      | 404    |

  @client @AUTH0-FET-19
  Scenario Outline: A fetcher is made with or without a request
    When the client fetches from the API with a fetcher made <how>
    Then every API request carries a bound token and a proof
    And nothing of a request to the application reaches the API
    And the client succeeds

    Examples:
      | how                                         |
      | without a request                           |
      | with the request that the application serves |
