Feature: The proofs that a client makes
  RFC 9449 §4.2: what stands in a proof, and that each request has its own. What is judged is what the servers recorded,
  by code that did not make it.

  @client @RFC9449-4-01
  Scenario: Every request of a session has its own proof
    When the client goes through a session
    Then every proof is new

  @client @RFC9449-4.1-02
  Scenario: A proof is one token68 in a field of its own
    When the client goes through a session
    Then every proof is one token68 in a field of its own

  @client @RFC9449-4.2-01
  Scenario: The type of a proof is dpop+jwt
    When the client goes through a session
    Then every proof has the type dpop+jwt

  @client @RFC9449-4.2-02
  Scenario: A proof names a registered asymmetric signature algorithm
    When the client goes through a session
    Then every proof names a registered asymmetric signature algorithm

  @client @RFC9449-4.2-03
  Scenario: A proof is neither unsigned nor authenticated with a MAC
    When the client goes through a session
    Then every proof names neither none nor a MAC

  @client @RFC9449-4.2-04
  Scenario: A proof holds the public key that verifies it
    When the client goes through a session
    Then every proof holds the public key that verifies it

  @client @RFC9449-4.2-05
  Scenario: A proof holds no private or symmetric key
    When the client goes through a session
    Then every proof holds no private or symmetric key

  @client @RFC9449-4.2-06
  Scenario: A proof has an identifier
    When the client goes through a session
    Then every proof has a jti

  @client @RFC9449-4.2-07 @id:the-identifiers-of-proofs-cannot-collide-in-parallel-or-over-restarts
  Scenario: The identifiers of proofs cannot collide, among many calls and over restarts
    When the client fetches from the API 70 times, several at a time if it can be driven so
    And the client starts anew
    And the client fetches from the API 70 times, several at a time if it can be driven so
    And the client starts anew
    And the client fetches from the API 70 times, several at a time if it can be driven so
    Then every proof has an identifier that nobody can guess

  @client @RFC9449-4.2-08 @RFC9449-7-01
  Scenario Outline: A proof names the method of its request
    When the client fetches "<method> /orders"
    Then every proof names the method of its request
    And every API request carries a bound token and a proof

    Examples:
      | method   |
      | GET      |
      | HEAD     |
      | POST     |
      | PUT      |
      | PATCH    |
      | DELETE   |
      | QUERY    |
      | purge    |

  @client @RFC9449-4.2-09
  Scenario Outline: A proof names the URI of its request
    When the client fetches "GET <path>"
    Then every proof names the URI of its request

    Examples:
      | that                   | path                      |
      | is empty               | /                         |
      | is plain               | /orders                   |
      | ends with a slash      | /orders/                  |
      | has many segments      | /a/very/long/path/to/one  |
      | is not ASCII           | /caf%C3%A9/%E2%82%AC      |
      | has capital letters    | /Orders/AbC               |
      | has an escaped slash   | /a%2Fb                    |
      | has an escaped at sign | /users/test%40example.com |
      | has an escaped tilde   | /%7Euser                  |
      | has other characters   | /~user/;v=1,2             |
      | comes before a query   | /orders?page=2            |

  @client @RFC9449-4.2-09
  Scenario: A proof names the endpoint that is called, not the one published first
    Given the metadata name another token endpoint for mutual TLS
    When the client obtains a token
    Then every proof names the URI of its request

  @client @RFC9449-4.2-10
  Scenario Outline: htu has neither query nor fragment
    When the client fetches "GET <path>"
    Then every proof leaves query and fragment out of htu

    Examples:
      | with                 | path                  |
      | a query              | /orders?page=2&size=5 |
      | an empty query       | /orders?              |
      | a fragment           | /orders#third         |
      | a query and fragment | /orders?page=2#third  |

  @client @RFC9449-4.2-10
  Scenario: A token endpoint with a query keeps it out of htu
    Given the metadata name a token endpoint with a query
    When the client obtains a token
    Then every proof leaves query and fragment out of htu

  @client @RFC9449-4.2-11 @RFC7519-2-01
  Scenario: A proof says when it was made
    When the client goes through a session
    Then every proof was made at the time of its request

  @client @RFC9449-4.2-11
  Scenario: A later proof has a later time
    Given the client holds a token
    When an hour passes for the client
    And the client fetches from the API
    Then every proof was made at the time of its request

  @client @RFC9449-4.2-11 @RFC9449-7.3-01
  Scenario Outline: The proof of a repetition is made when it is sent
    Given the client waits 20000 milliseconds before a retry, without jitter
    And the <endpoint> challenges the client once
    When an hour passes for the client
    And the client uses the <endpoint>
    Then every proof was made at the time of its request
    And the client waited 20000 milliseconds

    Examples:
      | endpoint       |
      | token endpoint |
      | PAR endpoint   |
      | API            |

  @client @RFC7519-2-01
  Scenario: Time is counted in seconds
    When the client goes through a session
    Then every proof counts its time in seconds as a JSON number

  @client @RFC9449-4.2-12
  Scenario: A proof for the API has a hash of the access token
    When the client goes through a session
    Then every proof has an ath at the API

  @client @RFC9449-4.2-13 @RFC9449-11.10-01
  Scenario: The hash is that of the token sent, by SHA-256
    When the client goes through a session
    Then every proof has the hash of its access token at the API

  @client @RFC9449-4.2-13
  Scenario Outline: The hash is right whatever the token looks like
    Given the token endpoint gives the client an access token <of>
    When the client fetches from the API
    Then every proof has the hash of its access token at the API

    Examples:
      | of                              |
      | of one character                |
      | of 4096 characters              |
      | with every character of token68 |
      | that ends with equals signs     |

  @client @RFC9449-4.2-14
  Scenario: A proof for the authorization server has no hash of a token
    When the client goes through a session
    Then every proof has no ath at the authorization server

  @client @RFC9449-4.2-15
  Scenario Outline: A nonce, once given, is in the proofs that follow
    Given the <server> hands the client a nonce with its first answer
    When the client uses the <server>
    And the client uses the <server> again
    Then every proof carries the newest nonce of its server

    Examples:
      | server         |
      | token endpoint |
      | API            |

  @client @RFC9449-4.2-16
  Scenario: A proof holds nothing beyond what RFC 9449 names
    When the client goes through a session
    Then every proof holds nothing beyond what RFC 9449 names

  @client @RFC9449-4.2-17
  Scenario: A proof is a compact JWS in strict base64url
    When the client goes through a session
    Then every proof is a compact JWS in strict base64url

  @client @RFC9449-4.2-18
  Scenario: One session has one key
    When the client goes through a session
    Then every proof is by one key

  @client @RFC9449-4.2-18 @FAPI2-6.x-01
  Scenario: Another authorization server sees another key
    Given the client signs with a key pair of its own making
    When the client obtains a token
    And the client obtains a token from another authorization server
    Then the client has another key at the other authorization server

  @client @RFC7518-3.4-01
  Scenario: An ECDSA signature has its full length even if a half begins with zeros
    When the client fetches from the API until a signature begins with zeros
    Then every proof has a signature of full length

  @client @RFC7518-3.4-01
  Scenario: A coordinate that begins with zeros keeps its full length
    Given the client signs with a key whose coordinate begins with zeros
    When the client obtains a token
    Then every proof writes its key in full length and no longer

  @client @RFC7518-6.3-01
  Scenario: A key is written in its one canonical form
    When the client goes through a session
    Then every proof writes its key in full length and no longer

  @client @RFC7518-6.3-01
  Scenario: An RSA key is written without leading zeros
    Given the client signs with RS256
    When the client obtains a token
    Then every proof writes its key in full length and no longer

  @client @RFC7518-3.4-01 @RFC9449-4.2-04
  Scenario Outline: A proof verifies with every algorithm that the client can use
    Given the client signs with <alg>
    When the client obtains a token
    Then every proof holds the public key that verifies it
    And every proof has a signature of full length

    Examples:
      | alg   |
      | ES384 |
      | ES512 |
      | PS256 |
      | EdDSA |

  @client @RFC9864-2-02
  Scenario: An Ed25519 key signs under its fully specified name
    When the client goes through a session
    Then every proof names Ed25519 rather than EdDSA

  @client @RFC9449-4.2-02 @FAPI2-5.4.1-01
  Scenario: A proof names an algorithm that the profile allows
    When the client goes through a session
    Then every proof names an algorithm that the profile allows

  @client @RFC9449-4.2-02 @FAPI2-5.4.1-02
  Scenario: The key of a proof is long enough
    When the client goes through a session
    Then every proof has a key of sufficient length
