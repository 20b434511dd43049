@client
Feature: What profiles ask of a client
  Deployments and communities say how long a key lives, what a proof may hold, and
  what a client has to survive.

  @SINGPASS-02 @ATPROTO-10
  Scenario: One key proves a login from the pushed request to the use of the token
    Given the client makes its keys itself
    When the client signs in through a pushed request
    And the client fetches from the API
    Then each login keeps to one key

  @SINGPASS-02 @ATPROTO-10
  Scenario: A refresh keeps to the key of its login
    Given the client makes its keys itself
    When the client obtains a token by "refresh_token"
    And the client fetches from the API
    Then each login keeps to one key

  @SINGPASS-03 @ATPROTO-10
  Scenario: Each login has a key of its own
    Given the client makes its keys itself
    When the client signs in through a pushed request
    And the client fetches from the API
    And the client signs in through a pushed request
    And the client fetches from the API
    Then each login has a key of its own
    And each login keeps to one key

  @ATPROTO-12
  Scenario Outline: A 400 with a new nonce is survived
    Given the API challenges the client in the form "<form>"
    When the client uses the API
    Then the client repeats the request once with the nonce and a new proof
    And the client succeeds

    Examples:
      | form                                      |
      | in a JSON body alone, with the status 400 |
      | status 400                                |

  @ATPROTO-12
  Scenario Outline: A nonce that the authorization server replaces in the middle is survived
    Given the <endpoint> challenges the client once its nonce is old
    When the client uses the <endpoint>
    And the client uses the <endpoint> again
    Then the client repeats the request once with the nonce and a new proof
    And the client succeeds

    Examples:
      | endpoint       |
      | token endpoint |

  @HELSEID-02
  Scenario: Every token request is proven
    When the client goes through a session
    Then every token request carries a proof

  @HELSEID-03
  Scenario: The header of a proof is lean
    When the client goes through a session
    Then every proof has nothing in its header but typ, alg and jwk

  @HAIP-4-02
  Scenario: A wallet signs with ES256
    Given the metadata list the proof algorithms ES256
    When the client obtains a token
    Then the client signs with one of the listed algorithms or stops
    And the client succeeds

  @SOLID-04
  Scenario: A client proves its ID token at APIs
    Given the client calls APIs with its ID token
    When the client signs in
    And the client fetches from the API
    Then every API request carries an ID token and a proof by its key
    And the client succeeds
