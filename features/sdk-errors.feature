Feature: The errors of a client that follows the documentation of the SDK
  The documentation: failures of DPoP are of the type DPoPError with a code; others are not.

  Background:
    Given the client follows the documentation of the SDK

  @client @AUTH0-ERR-01
  Scenario: A bad key is a DPoPError with the documented code
    Given the variable AUTH0_DPOP_PRIVATE_KEY holds garbage
    When the client obtains a token
    Then the client's error is a DPoPError
    And the client's error has the code DPOP_KEY_EXPORT_FAILED

  @client @AUTH0-ERR-01
  Scenario: A key without a thumbprint is a DPoPError with the documented code
    Given the client signs with a JWK without y, given in code
    When the client obtains a token
    Then the client's error is a DPoPError
    And the client's error has the code DPOP_JKT_CALCULATION_FAILED

  @client @AUTH0-ERR-01
  Scenario Outline: A failure of DPoP on the way is a DPoPError
    Given the <server> <does>
    When the client uses the <server>
    Then the client's error is a DPoPError

    Examples:
      | server         | does                                             |
      | API            | challenges the client for ever with new nonces   |
      | API            | challenges the client for ever without a nonce   |
      | token endpoint | challenges the client for ever with new nonces   |
      | token endpoint | refuses the proof of the client                  |
      | API            | refuses the proof of the client                  |

  @client @AUTH0-ERR-02
  Scenario Outline: Another failure is no DPoPError
    Given the <server> answers the client with <failure>
    When the client uses the <server>
    Then the client's error, if there is one, is no DPoPError

    Examples:
      | server         | failure          |
      | API            | the status 500   |
      | API            | the status 404   |
      | API            | a cut connection |
      | token endpoint | the status 500   |
      | token endpoint | a cut connection |

  @client @AUTH0-ERR-03
  Scenario Outline: The message names what to change
    Given the variable <variable> holds <what>
    When the client obtains a token
    Then the client's error names "<variable>"
    And nothing that the client writes holds its private key

    Examples:
      | variable               | what                    |
      | AUTH0_DPOP_PRIVATE_KEY | a PEM cut in the middle |
      | AUTH0_DPOP_PUBLIC_KEY  | garbage                 |

  @client @AUTH0-ERR-03
  Scenario: The message of a final nonce failure says what to look at
    Given the API challenges the client for ever with new nonces
    When the client uses the API
    Then the client's error speaks of the nonce
    And the client's error names "delay"

  @client @AUTH0-ERR-04
  Scenario Outline: A configuration without a whole pair is a DPoPError of another code
    Given the environment holds <what>
    When the client obtains a token
    Then the client's error is a DPoPError
    And the client's error has a code of neither key format nor thumbprint

    Examples:
      | what                        |
      | only AUTH0_DPOP_PUBLIC_KEY  |
      | only AUTH0_DPOP_PRIVATE_KEY |
      | halves of different pairs   |
      | no key pair                 |
