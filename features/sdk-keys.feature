Feature: The key pair of a client that follows the documentation of the SDK
  The documentation: generate an ES256 pair, put it into AUTH0_DPOP_PUBLIC_KEY and AUTH0_DPOP_PRIVATE_KEY or give it in code.
  A key that cannot be used is an error with a code, never a silent switch to Bearer.

  Background:
    Given the client follows the documentation of the SDK

  @client @AUTH0-KEY-01
  Scenario: A generated pair survives being written down and loaded again
    Given the environment holds a generated pair, written as the lines of an environment file
    When the client obtains a token
    Then every proof is by the key of the environment

  @client @AUTH0-KEY-02
  Scenario: The pair is loaded from the environment
    When the client obtains a token
    Then every proof is by the key of the environment
    And the issued token is bound to the key of the proofs

  @client @AUTH0-KEY-03
  Scenario: A pair made at start-up works, and each start has another
    Given the client signs with a key pair of its own making
    When the client obtains a token
    And the client starts anew
    And the client obtains a token
    Then the issued token is bound to the key of the proofs
    And the client has another key after each start

  @client @AUTH0-KEY-04
  Scenario: A pair given in code wins over the environment
    Given the client signs with another key pair, given in code
    When the client obtains a token
    Then every proof is by the key given in code

  @client @AUTH0-KEY-05
  Scenario: A token outlives a restart, for the key is the same
    Given the client holds a token
    When the client starts anew
    And the client fetches from the API with the token of before
    Then every proof is by one key
    And the client succeeds

  @client @AUTH0-KEY-06
  Scenario Outline: A key that is not usable PEM is reported by code and variable
    Given the variable <variable> holds <what>
    When the client obtains a token
    Then the client's error has the code DPOP_KEY_EXPORT_FAILED
    And the client's error names "<variable>"
    And the client sends no token request

    Examples:
      | variable               | what                             |
      | AUTH0_DPOP_PRIVATE_KEY | garbage                          |
      | AUTH0_DPOP_PRIVATE_KEY | a PEM cut in the middle          |
      | AUTH0_DPOP_PRIVATE_KEY | the base64 of a PEM              |
      | AUTH0_DPOP_PRIVATE_KEY | DER                              |
      | AUTH0_DPOP_PRIVATE_KEY | an encrypted PKCS#8 key          |
      | AUTH0_DPOP_PRIVATE_KEY | the public key                   |
      | AUTH0_DPOP_PRIVATE_KEY | a certificate                    |
      | AUTH0_DPOP_PUBLIC_KEY  | garbage                          |
      | AUTH0_DPOP_PUBLIC_KEY  | a PEM cut in the middle          |
      | AUTH0_DPOP_PUBLIC_KEY  | the private key                  |

  @client @AUTH0-KEY-07
  Scenario Outline: A key without a thumbprint is reported by code
    Given the client signs with a JWK <that>, given in code
    When the client obtains a token
    Then the client's error has the code DPOP_JKT_CALCULATION_FAILED
    And the client sends no token request

    Examples:
      | that                      |
      | without y                 |
      | of an unknown kty         |
      | whose point is off the curve |

  @client @AUTH0-KEY-08
  Scenario Outline: A key for another algorithm is a clear configuration error
    Given the environment holds a pair on <curve>
    When the client obtains a token
    Then the client reports an error
    And the client's error names "<word>"
    And the client sends no token request

    Examples:
      | curve     | word      |
      | P-384     | ES384     |
      | P-521     | ES512     |
      | secp256k1 | secp256k1 |
      | RSA       | RSA       |
      | Ed25519   | Ed25519   |

  @client @AUTH0-KEY-09
  Scenario Outline: Half a pair is an error, not a switch to Bearer
    Given the environment holds only <half>
    When the client obtains a token
    Then the client reports an error
    And the client sends no token request without a proof

    Examples:
      | half                   |
      | AUTH0_DPOP_PUBLIC_KEY  |
      | AUTH0_DPOP_PRIVATE_KEY |

  @client @AUTH0-KEY-10
  Scenario: Halves of different pairs are refused
    Given the environment holds halves of different pairs
    When the client obtains a token
    Then the client reports an error
    And no proof is sent
    And the client sends no token request without a proof

  @client @AUTH0-KEY-11
  Scenario Outline: The forms that a PEM takes in environment files are loaded or refused by name
    Given the environment holds the pair <form>
    When the client obtains a token
    Then the client uses the key of the environment, or its error names the variable

    Examples:
      | form                            |
      | with real line breaks           |
      | with escaped line breaks        |
      | with CRLF                       |
      | in double quotes                |
      | in single quotes                |
      | with blanks around              |
      | without a last line break       |
      | with SEC 1 for the private half |
      | with indented lines             |

  @client @AUTH0-KEY-12
  Scenario: Key material never reaches what the client writes
    Given the API refuses the proof of the client
    When the client goes through a session
    Then nothing that the client writes holds its private key

  @client @AUTH0-KEY-12
  Scenario Outline: Key material never reaches an error
    Given the variable AUTH0_DPOP_PRIVATE_KEY holds <what>
    When the client obtains a token
    Then nothing that the client writes holds its private key

    Examples:
      | what                    |
      | a PEM cut in the middle |
      | the base64 of a PEM     |
      | a PEM on one line       |

  @client @AUTH0-KEY-13
  Scenario: After a rotation new tokens are bound to the new key, and old ones are of no use
    Given the client holds a token
    When the client's key pair is rotated
    And the client obtains a token
    Then the issued token is bound to the new key
    When the client fetches from the API with the token of before
    Then the client fails cleanly

  @client @AUTH0-KEY-15
  Scenario: DPoP without any key is an error, not a switch to Bearer
    Given the environment holds no key pair
    When the client obtains a token
    Then the client reports an error
    And the client sends no token request without a proof

  @client @AUTH0-KEY-16
  Scenario: A key that cannot be exported serves as well
    Given the client signs with a key that it cannot export
    When the client obtains a token
    Then the client succeeds
    When the client obtains a token
    And the client fetches from the API
    Then every API request carries a bound token and a proof
    And the client succeeds
