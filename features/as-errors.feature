@at:token @at:par
Feature: A refused proof is a token error
  RFC 9449 §5: an invalid proof is answered with the error invalid_dpop_proof in
  the form of RFC 6749 §5.2, and never by ignoring it.

  @RFC9449-5-03 @RFC9449-4.3-85 @RFC9449-10.1-03
  Scenario Outline: A request with an invalid proof gets nothing
    Given an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then it is refused

    Examples:
      | part      | value               |
      | jwk       | of another key      |
      | htm       | another method      |
      | jti       | missing             |
      | typ       | missing             |

  @RFC9449-5-03
  Scenario Outline: The error of an invalid proof is invalid_dpop_proof
    Given an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then it is refused as an invalid proof

    Examples:
      | part      | value               |
      | jwk       | of another key      |
      | htm       | another method      |

  @RFC9449-5-04
  Scenario: The refusal is a well-formed error
    Given an honest proof is accepted
    When the request carries a proof whose jwk is of another key
    Then it is refused
    And the refusal is a well-formed error

  @RFC9449-5-04
  Scenario: The refusal has the status and the form of a token error
    Given an honest proof is accepted
    When the request carries a proof whose htm is missing
    Then it is refused
    And the status is that of the error

  @RFC9449-12-01
  Scenario: The error of a defective proof is spelled as registered
    Given an honest proof is accepted
    When the request carries a proof whose htm is another method
    Then the error code is a registered one

  @RFC9449-12-01
  Scenario: The error of a missing nonce is spelled as registered
    Given the server requires a nonce
    When the request carries a proof without nonce
    Then the error code is a registered one
